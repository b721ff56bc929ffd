"""用户: the administrator asks who may come in and as what, and changes it; nobody else opens it."""

from ui import shell
from ui.navigation import Screen
from ui.users import form, listing, said, upload

page = shell.begin(Screen.USERS, needs_areas=False)
said.draw()
opened = listing.draw(page)
if opened is not None:
    form.change(page, opened)
form.add(page)
upload.draw(page)
