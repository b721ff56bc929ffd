"""权限说明: everybody reads what each role may do and see, and why; one's own rights first. Nothing of the data."""

from ui import access_table, shell
from ui.navigation import Screen

access_table.draw(shell.begin(Screen.ACCESS, needs_areas=False))
