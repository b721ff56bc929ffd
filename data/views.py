"""Saving, renaming, sharing and deleting views: whoever owns a view, and nobody else; all of it audited.

A view that is somebody else's and one that is not there sound the same. Sharing needs its own deed, and gives a role
the conditions: the rows stay those of whoever opens it. A number of a person in the text that is looked for is kept in
no view: it would be handed on, and it finds nothing.
"""

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from data.ledger import Writer
from data.statements import statements
from data.store import Store
from domain.actor import Actor
from domain.audit import Action
from domain.deeds import WALL_SCREEN, Deed, require, verdict_of
from domain.errors import InputRefused, NotAllowed, NotFound
from domain.i18n import _
from domain.saved_view import ANALYSIS, canonical, checked_name
from domain.vocabulary import Role

_SQL = statements(Path(__file__).parent / "sql" / "views.sql")

MOST_VIEWS = 200
"""Of one owner."""

_ID_BYTES = 16


def save(
    store: Store, actor: Actor, name: str, query: Mapping[str, Sequence[str]], screen: str = ANALYSIS
) -> str:
    """Keep the state of a page under a new name; the view's id. `screen` is one of STATES.

    Raises NotAllowed for a wall screen, InputRefused for a name that is taken or cannot be one.
    """
    require(actor, Deed.LOOK)
    _refuse_wall_screen(actor)
    row = {
        "view_id": secrets.token_urlsafe(_ID_BYTES),
        "owner": actor.login,
        "name": checked_name(name),
        "screen": screen,
    }
    text = canonical(query, screen)
    with store.writing(actor) as writer:
        if writer.count(_SQL["how_many"], row) >= MOST_VIEWS:
            raise InputRefused(
                _("您已有 {n} 个视图，已到上限。").format(n=MOST_VIEWS), _("请先删除不用的视图。")
            )
        _refuse_taken(writer, row)
        _refuse_personal(writer, query)
        writer.run(_SQL["insert"], {**row, "query": text, "now": writer.now})
        _audit(writer, Action.VIEW_SAVE, row, {"query": text})
    return row["view_id"]


def change(store: Store, actor: Actor, view_id: str, query: Mapping[str, Sequence[str]]) -> None:
    """Let an own view hold another state. Raises NotFound where it is not the actor's."""
    with store.writing(actor) as writer:
        row = _owned(writer, actor, view_id)
        text = canonical(query, row["screen"])
        _refuse_personal(writer, query)
        writer.run(_SQL["set_query"], {**row, "query": text, "now": writer.now})
        _audit(writer, Action.VIEW_SAVE, row, {"query": text})


def rename(store: Store, actor: Actor, view_id: str, name: str) -> None:
    """Give an own view another name. Raises NotFound, or InputRefused for a name that is taken or cannot be one."""
    told = checked_name(name)
    with store.writing(actor) as writer:
        before = _owned(writer, actor, view_id)
        row = {**before, "name": told}
        _refuse_taken(writer, row)
        writer.run(_SQL["set_name"], {**row, "now": writer.now})
        _audit(writer, Action.VIEW_SAVE, row, {"name_before": before["name"]})


def share(store: Store, actor: Actor, view_id: str, role: Role | None) -> None:
    """Let everybody of a role open an own view, None for nobody else any more.

    Raises NotAllowed without the deed, NotFound, and InputRefused for a role that does not look at cases at all.
    """
    require(actor, Deed.SHARE_VIEW)
    if role is not None and not verdict_of({role}, Deed.LOOK).allowed:
        raise InputRefused(
            _("“{role}”不看业务数据，视图不能共享给它。").format(role=role.label), _("请另选一个角色。")
        )
    with store.writing(actor) as writer:
        row = _owned(writer, actor, view_id)
        told = role.value if role else None
        writer.run(_SQL["set_role"], {**row, "role": told, "now": writer.now})
        _audit(writer, Action.VIEW_SHARE, row, {"role": told})


def delete(store: Store, actor: Actor, view_id: str) -> None:
    """Remove an own view. Raises NotFound where it is not the actor's."""
    with store.writing(actor) as writer:
        row = _owned(writer, actor, view_id)
        writer.run(_SQL["delete"], row)
        _audit(writer, Action.VIEW_DELETE, row, {})


def _refuse_wall_screen(actor: Actor) -> None:
    if actor.read_only:
        raise NotAllowed(WALL_SCREEN.words, _("请用自己的账号登录后办理。"))


def _owned(writer: Writer, actor: Actor, view_id: str) -> dict[str, Any]:
    _refuse_wall_screen(actor)
    row = {"view_id": view_id, "owner": actor.login}
    found = writer.run(_SQL["owned"], row).fetchall()
    if not found:
        raise NotFound(_("没有这个视图，或它不是您的。"), _("只有建立视图的人能改它；可以另存为自己的。"))
    return {**row, "name": found[0][1], "screen": found[0][4]}


def _refuse_taken(writer: Writer, row: Mapping[str, Any]) -> None:
    if writer.count(_SQL["same_name"], row):
        raise InputRefused(_("您已有同名的视图。"), _("请换一个名字，或更新原来的视图。"))


def _refuse_personal(writer: Writer, query: Mapping[str, Sequence[str]]) -> None:
    for text in query.get("text", ()):
        if writer.one(_SQL["masked"], {"free_text": text}) != (text,):
            raise InputRefused(
                _("要找的文字里有电话或证件号，不能存进视图。"), _("请去掉号码，按编号或地点找。")
            )


def _audit(writer: Writer, action: Action, row: Mapping[str, Any], more: Mapping[str, Any]) -> None:
    writer.audit(action, "views", {"view_id": row["view_id"], "name": row["name"], **more})
