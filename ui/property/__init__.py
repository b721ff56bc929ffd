"""The parts of the screen 红色物业."""
