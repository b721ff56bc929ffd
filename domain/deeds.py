"""What an actor may do: one table of role and deed, each verdict with its reason; what it does not name is refused.

Which *rows* an actor reaches is no matter of this table: the visible_* views keep everybody to their own. Three
duties stay apart (三员分立): whoever manages users handles no data and no audit, whoever handles the data of the
installation manages no users and reads no audit, and whoever reads the audit does neither; `kept_apart` says so of
a set of roles before anybody gets it.
"""

from collections.abc import Set as AbstractSet
from enum import StrEnum

from domain.access import Verdict
from domain.actor import KEEPERS, Actor
from domain.errors import InputRefused, NotAllowed
from domain.i18n import N_, _
from domain.vocabulary import Role


class Deed(StrEnum):
    """What can be done beyond looking at one's own profile."""

    LOOK = "look"
    EXPORT = "export"
    SHARE_VIEW = "share_view"
    UNMASK = "unmask"
    IMPORT = "import"
    UNDO = "undo"
    RELOCATE = "relocate"
    EXPORT_REJECTS = "export_rejects"
    ERASE = "erase"
    MANAGE_USERS = "manage_users"
    READ_AUDIT = "read_audit"

    @property
    def label(self) -> str:
        """What the deed is called in the reader's language."""
        return _(_LABELS[self])


_LABELS = {
    Deed.LOOK: N_("看地图、数字和案件"),
    Deed.EXPORT: N_("导出案件"),
    Deed.SHARE_VIEW: N_("把分析视图共享给一个角色"),
    Deed.UNMASK: N_("查看一件案件的个人信息"),
    Deed.IMPORT: N_("导入数据"),
    Deed.UNDO: N_("撤销导入"),
    Deed.RELOCATE: N_("重新落区"),
    Deed.EXPORT_REJECTS: N_("取改正文件"),
    Deed.ERASE: N_("到期清除个人信息"),
    Deed.MANAGE_USERS: N_("管理用户"),
    Deed.READ_AUDIT: N_("查看审计"),
}

_OWN_ROWS = Verdict(allowed=True, reason=N_("工作需要；只看得到自己负责的区划和部门。"))
_SHARES = Verdict(allowed=True, reason=N_("视图只存筛选条件；打开的人仍只看得到自己的案件。"))
_CALLS = Verdict(allowed=True, reason=N_("办理案件要联系诉求人；每次只开一件，要写明理由，记入审计。"))
_OPERATORS_WORK = Verdict(allowed=True, reason=N_("数据由数据管理员导入、核对和撤销。"))
_USERS_WORK = Verdict(allowed=True, reason=N_("用户由系统管理员管理；系统管理员不看业务数据，也不看审计。"))
_AUDITORS_WORK = Verdict(allowed=True, reason=N_("审计由审计员查看；审计员不看业务数据，也不管理用户。"))

_WORKING = (
    Role.LEADER,
    Role.SECRETARY,
    Role.ANALYST,
    Role.GRID_WORKER,
    Role.DISPATCHER,
    Role.DEPARTMENT_HANDLER,
    Role.VERIFIER,
    Role.CALLBACK_AGENT,
    Role.OPERATOR,
)
"""Whoever works with cases: all but those who keep users and audit."""

_POLICY: dict[tuple[Role, Deed], Verdict] = {
    **{(role, Deed.LOOK): _OWN_ROWS for role in _WORKING},
    **{(role, Deed.EXPORT): _OWN_ROWS for role in _WORKING},
    (Role.LEADER, Deed.SHARE_VIEW): _SHARES,
    (Role.SECRETARY, Deed.SHARE_VIEW): _SHARES,
    (Role.ANALYST, Deed.SHARE_VIEW): _SHARES,
    (Role.OPERATOR, Deed.SHARE_VIEW): _SHARES,
    (Role.SECRETARY, Deed.UNMASK): _CALLS,
    (Role.GRID_WORKER, Deed.UNMASK): _CALLS,
    (Role.DISPATCHER, Deed.UNMASK): _CALLS,
    (Role.DEPARTMENT_HANDLER, Deed.UNMASK): _CALLS,
    (Role.CALLBACK_AGENT, Deed.UNMASK): _CALLS,
    (Role.OPERATOR, Deed.IMPORT): _OPERATORS_WORK,
    (Role.OPERATOR, Deed.UNDO): _OPERATORS_WORK,
    (Role.OPERATOR, Deed.RELOCATE): _OPERATORS_WORK,
    (Role.OPERATOR, Deed.EXPORT_REJECTS): _OPERATORS_WORK,
    (Role.OPERATOR, Deed.ERASE): _OPERATORS_WORK,
    (Role.ADMINISTRATOR, Deed.MANAGE_USERS): _USERS_WORK,
    (Role.AUDITOR, Deed.READ_AUDIT): _AUDITORS_WORK,
}

_NOT_THEIRS = Verdict(
    allowed=False,
    reason=N_("导入和撤销会改动全市的数据，只由数据管理员办理；您可以查看来源、批次和网格质量。"),
)
WALL_SCREEN = Verdict(allowed=False, reason=N_("大屏账号只能看：谁都可能走到它跟前。"))
"""Whatever its roles may: a wall screen does nothing but look."""

_REFUSED: dict[Deed, Verdict] = {
    Deed.LOOK: Verdict(allowed=False, reason=N_("系统管理员和审计员不看业务数据：三员分立。")),
    Deed.EXPORT: Verdict(allowed=False, reason=N_("系统管理员和审计员不看业务数据：三员分立。")),
    Deed.SHARE_VIEW: Verdict(allowed=False, reason=N_("共享视图由领导、社区书记、分析员和数据管理员建立。")),
    Deed.UNMASK: Verdict(allowed=False, reason=N_("个人信息只给联系诉求人的角色；看数字和名单用不着它。")),
    Deed.IMPORT: _NOT_THEIRS,
    Deed.UNDO: _NOT_THEIRS,
    Deed.RELOCATE: _NOT_THEIRS,
    Deed.EXPORT_REJECTS: Verdict(
        allowed=False,
        reason=N_("改正文件里有被拒行的个人信息，只交给要改正它的数据管理员。"),
    ),
    Deed.ERASE: Verdict(allowed=False, reason=N_("清除个人信息不能撤销，只由数据管理员办理。")),
    Deed.MANAGE_USERS: Verdict(allowed=False, reason=N_("用户只由系统管理员管理：三员分立。")),
    Deed.READ_AUDIT: Verdict(allowed=False, reason=N_("审计只由审计员查看：三员分立。")),
}


def may_do(actor: Actor, deed: Deed) -> Verdict:
    """Whether an actor may do something; any of several roles suffices, but a wall screen only looks."""
    if actor.read_only and deed is not Deed.LOOK:
        return WALL_SCREEN
    return verdict_of(actor.roles, deed)


def verdict_of(roles: AbstractSet[Role], deed: Deed) -> Verdict:
    """Whether a set of roles may do something."""
    allowed = (_POLICY[role, deed] for role in sorted(roles) if (role, deed) in _POLICY)
    return next(allowed, _REFUSED[deed])


def verdicts() -> dict[tuple[Role, Deed], Verdict]:
    """The whole table: what each role alone may do, by role and deed."""
    return {(role, deed): verdict_of({role}, deed) for role in Role for deed in Deed}


def require(actor: Actor, deed: Deed) -> None:
    """Raise NotAllowed, with the reason, where an actor may not do something."""
    verdict = may_do(actor, deed)
    if not verdict.allowed:
        raise NotAllowed(verdict.words, _("请换成有权限的账号，或请有权限的人办理。"))


def kept_apart(roles: AbstractSet[Role]) -> None:
    """Raise InputRefused where roles join duties that stay apart: users, data, audit (GB/T 22239, 三员分立).

    Administrator and auditor hold no other role at all: with one they would see what is not theirs.
    """
    if not roles & KEEPERS or len(roles) == 1:
        return
    told = "、".join(role.label for role in Role if role in roles)
    raise InputRefused(
        _("“{roles}”不能由同一个人担任：系统管理员、数据管理员和审计员三员分立。").format(roles=told),
        _("请为每一项职责各设一个账号。"),
    )
