"""Users as an administrator sees them; for everybody else there are none."""

from dataclasses import dataclass
from datetime import datetime

from data.session import Session
from domain.users import User
from domain.vocabulary import Role
from queries.compose import statement


@dataclass(frozen=True)
class ListedUser:
    """A user with its history; times are local."""

    user: User
    signed_out_at: datetime | None
    changed_at: datetime
    changed_by: str


def users(session: Session) -> list[ListedUser]:
    """All users by login; none where the session's actor manages no users."""
    clock = session.city.clock
    found = []
    for row in session.rows(statement("users", "users")):
        login, roles, areas, departments, address, active, note, signed_out_at, changed_at, changed_by = row
        scope = frozenset(areas), frozenset(departments)
        user = User(login, frozenset(map(Role, roles)), *scope, address, active, note)
        out = clock.to_local(signed_out_at) if signed_out_at else None
        found.append(ListedUser(user, out, clock.to_local(changed_at), changed_by))
    return found


def busiest_department(session: Session) -> str | None:
    """The department with most of the cases that the actor sees; None where none has one."""
    rows = session.rows(statement("users", "busiest_department"))
    return str(rows[0][0]) if rows else None
