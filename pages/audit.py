"""审计: the auditor asks who did what and when, whether all of it is there, and takes it out; nobody else opens it."""

from ui import shell
from ui.audit import board
from ui.navigation import Screen

board.draw(shell.begin(Screen.AUDIT, needs_areas=False))
