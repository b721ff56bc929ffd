"""用户: the parts of the administrator's screen."""
