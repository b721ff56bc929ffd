"""Views that an actor may open: its own, and those shared with one of its roles."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from data.session import Session
from domain.errors import InputRefused, NotFound
from domain.i18n import _
from domain.saved_view import ANALYSIS, state_of
from domain.vocabulary import Role
from queries.compose import statement


@dataclass(frozen=True)
class SavedView:
    """Conditions of a screen under a name. `shared_role` may open it too, None its owner alone.

    `changed_at` is naive UTC. Name and query are text of people: encode them.
    """

    view_id: str
    owner: str
    name: str
    shared_role: Role | None
    screen: str
    query: str
    changed_at: datetime
    own: bool

    @property
    def state(self) -> dict[str, list[str]]:
        """The parameters of the page."""
        return state_of(self.query, self.screen)


def saved_views(session: Session, screen: str = ANALYSIS) -> list[SavedView]:
    """All of a screen, own ones first, by name."""
    found = session.rows(statement("saved_views", "all"), {"login": session.actor.login, "screen": screen})
    return [_view(row) for row in found]


def view_named(session: Session, name: str) -> SavedView:
    """The view of 分析 of a name: the actor's own, else the one shared with a role of the actor.

    Raises NotFound where there is none, InputRefused where several are shared under this name.
    """
    values = {"login": session.actor.login, "name": name, "screen": ANALYSIS}
    found = [_view(row) for row in session.rows(statement("saved_views", "by_name"), values)]
    if not found:
        raise NotFound(
            _("没有叫“{name}”的视图，或它没有共享给您。").format(name=name),
            _("名字要与“分析”页上的完全一致；别人的私有视图用 --owner 指明。"),
        )
    if len(found) > 1 and not found[0].own:
        raise InputRefused(
            _("叫“{name}”的视图有 {n} 个：{owners}。").format(
                name=name, n=len(found), owners=_("、").join(view.owner for view in found)
            ),
            _("请用 --owner 指明是谁的。"),
        )
    return found[0]


def _view(row: tuple[Any, ...]) -> SavedView:
    view_id, owner, name, shared_role, screen, query, changed_at, own = row
    role = Role(shared_role) if shared_role else None
    return SavedView(view_id, owner, name, role, screen, query, changed_at, own)
