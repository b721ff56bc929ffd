"""Who is asking: every read and every write carries an actor.

Actor = roles × areas × departments. An actor sees the cases of the areas it answers for (and everything
below them), and of its departments city-wide; boundaries are visible to every actor.
"""

from dataclasses import dataclass

from domain.vocabulary import Role

EVERYWHERE = "*"
"""The area code that stands for the whole installation, unplaced cases included."""


@dataclass(frozen=True)
class Actor:
    """A signed-in person or process.

    `login` goes into the audit; `areas` holds area codes, or EVERYWHERE alone; `departments` holds
    department names. `read_only` marks a wall screen: it looks, and does nothing else whatever its roles.
    """

    login: str
    roles: frozenset[Role]
    areas: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()
    read_only: bool = False

    @property
    def sees_everything(self) -> bool:
        """True for an actor whose rows are not limited by area."""
        return EVERYWHERE in self.areas

    @property
    def scope_key(self) -> str:
        """What the actor may see, as a cache key: equal for two actors with the same rows, and for no others.

        Names of departments may hold any sign, so each stands in quotes.
        """
        return repr((sorted(self.areas), sorted(self.departments)))


OPERATOR = Actor("operator", frozenset({Role.OPERATOR}), frozenset({EVERYWHERE}))
"""Whoever holds the operating-system account that owns the database file."""

HOUSEKEEPER = Actor("housekeeper", frozenset({Role.ADMINISTRATOR}))
"""The same account where it manages users from the command line: the duty of an administrator, and no other."""

INSPECTOR = Actor("inspector", frozenset({Role.AUDITOR}))
"""The same account where it reads the audit from the command line: the duty of an auditor, and no other."""

DOORKEEPER = Actor("doorkeeper", frozenset())
"""The program itself while it finds out who somebody is: it sees boundaries at most, and audits refusals."""

DEMO_PREFIX = "demo-"
"""What the logins of the demo mode begin with."""

KEEPERS = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
"""Roles that keep users and audit, and see no cases."""


def demo_actor(role: Role, area_code: str | None = None, department: str | None = None) -> Actor:
    """The actor of the demo mode's role picker.

    A whole-city role, one bound to an area or to a department, or one without cases.
    """
    login, roles = f"{DEMO_PREFIX}{role.value}", frozenset({role})
    if department is not None:
        return Actor(login, roles, departments=frozenset({department}))
    areas = frozenset({area_code} if area_code else () if role in KEEPERS else {EVERYWHERE})
    return Actor(login, roles, areas)
