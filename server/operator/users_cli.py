"""`python -m data users …`: who may come in, and as what. The first administrator is made here, on the machine."""

from pathlib import Path
from typing import Annotated

import typer

from server.operator.command import Json, absolute, work

Login = Annotated[
    str, typer.Argument(help="The login, exactly as the identity provider or the proxy tells it.")
]
Roles = Annotated[list[str] | None, typer.Option("--role", help="A role, e.g. secretary; may be repeated.")]
Areas = Annotated[
    list[str] | None, typer.Option("--area", help="Code of an area, * for all; may be repeated.")
]
Departments = Annotated[list[str] | None, typer.Option("--department", help="A department; may be repeated.")]
Kiosk = Annotated[str | None, typer.Option("--kiosk", help="Address of the wall screen that it works from.")]
Note = Annotated[str | None, typer.Option("--note", help="A word on the user.")]


def users_app() -> typer.Typer:
    """The commands."""
    app = typer.Typer(no_args_is_help=True, help="Who may come in, and as what. 用户与角色。")
    _add_and_change(app)
    _the_rest(app)
    return app


def _add_and_change(app: typer.Typer) -> None:
    @app.command("add")
    def add(
        login: Login,
        role: Roles = None,
        area: Areas = None,
        department: Departments = None,
        kiosk: Kiosk = None,
        note: Note = None,
        as_json: Json = False,
    ) -> None:
        """Let somebody in."""
        scope = {"roles": role or [], "areas": area or [], "departments": department or []}
        work("users_add", {"login": login, **scope, "kiosk_address": kiosk, "note": note}, as_json=as_json)

    @app.command("change")
    def change(
        login: Login,
        role: Roles = None,
        area: Areas = None,
        department: Departments = None,
        no_area: Annotated[bool, typer.Option("--no-area", help="Take all areas away.")] = False,
        no_department: Annotated[
            bool, typer.Option("--no-department", help="Take all departments away.")
        ] = False,
        kiosk: Annotated[
            str | None, typer.Option("--kiosk", help="Its address; '' for no wall screen.")
        ] = None,
        active: Annotated[
            bool | None, typer.Option("--active/--inactive", help="Whether it may come in.")
        ] = None,
        note: Note = None,
        as_json: Json = False,
    ) -> None:
        """Other roles, areas or departments; what is not named stays as it is."""
        params = {
            "login": login,
            "roles": role or None,
            "areas": [] if no_area else area or None,
            "departments": [] if no_department else department or None,
            "kiosk_address": kiosk,
            "active": None if active is None else "yes" if active else "no",
            "note": note,
        }
        work("users_change", params, as_json=as_json)


def _the_rest(app: typer.Typer) -> None:
    @app.command("remove")
    def remove(login: Login, as_json: Json = False) -> None:
        """Let somebody in no more; what they did stays in the audit."""
        work("users_remove", {"login": login}, as_json=as_json)

    @app.command("sign-out")
    def sign_out(login: Login, as_json: Json = False) -> None:
        """End every sign-in of somebody, on all machines."""
        work("users_sign_out", {"login": login}, as_json=as_json)

    @app.command("list")
    def list_users(
        out: Annotated[Path | None, typer.Option("--out", help="Write them as CSV too.")] = None,
        as_json: Json = False,
    ) -> None:
        """All users."""
        work("users_list", {"out": absolute(out) if out else None}, as_json=as_json)

    @app.command("import")
    def import_users(
        file: Annotated[Path, typer.Argument(help="The CSV file; its columns are those of `list --out`.")],
        yes: Annotated[
            bool, typer.Option("--yes", help="Do it; without this only a preview is shown.")
        ] = False,
        as_json: Json = False,
    ) -> None:
        """Add and change users from a file: first previewed, with --yes done; every row is accounted for."""
        work("users_import", {"file": absolute(file), "preview": not yes}, as_json=as_json)
