"""Users and the report of their import as the command line prints them; texts are shown as they are."""

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from domain.i18n import _
from domain.vocabulary import Role
from server.operator.terminal import on_one_line

_REJECTS_SHOWN = 200


def show_users(console: Console, result: dict[str, Any]) -> None:
    """All users, one a line."""
    table = Table(title=_("{n} 个用户").format(n=f"{result['total']:,}"))
    for heading in _headings():
        table.add_column(heading, overflow="fold")
    for user in result["users"]:
        table.add_row(*(_cell(cell) for cell in _values(user)))
    console.print(table)
    if result["file"]:
        console.print(_("已写入 {path}。").format(path=result["file"]), markup=False, highlight=False)


def show_user(console: Console, result: dict[str, Any]) -> None:
    """One user, a value a line; what is empty is left out."""
    for heading, value in zip(_headings(), _values(result["user"]), strict=True):
        if value:
            console.print(_cell(f"{heading}: {value}"), soft_wrap=True)


def _headings() -> tuple[str, ...]:
    return (_("登录名"), _("角色"), _("区划"), _("部门"), _("大屏地址"), _("启用"), _("备注"))


def _values(user: dict[str, Any]) -> tuple[str, ...]:
    roles = "、".join(Role(role).label for role in user["roles"])
    scope = ("、".join(user["areas"]), "、".join(user["departments"]))
    active = _("是") if user["active"] else _("否")
    return (user["login"], roles, *scope, user["kiosk_address"] or "", active, user["note"])


def show_import(console: Console, result: dict[str, Any]) -> None:
    """What became of the rows, and each row that was kept out."""
    told = _(
        "读入 {read}，接受 {accepted}（新增 {added}、修改 {changed}、未变 {unchanged}），拒绝 {rejected}"
    )
    console.print(told.format(**{name: f"{result[name]:,}" for name in _COUNTS}))
    if result["rejects"]:
        table = Table(title=_("被拒的行"))
        for heading in (_("行号"), _("登录名"), _("原因"), _("怎么办")):
            table.add_column(heading, overflow="fold")
        for row in result["rejects"][:_REJECTS_SHOWN]:
            cells = (row["row_number"], row["login"], row["reason"], row["remedy"])
            table.add_row(*(_cell(cell) for cell in cells))
        console.print(table)
    if not result["done"]:
        console.print(_("这只是预览；加 --yes 才执行。"))


_COUNTS = ("read", "accepted", "added", "changed", "unchanged", "rejected")


def _cell(value: object) -> Text:
    return Text(on_one_line(str(value)))
