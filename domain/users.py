"""Users of an installation: what an entry must be like before anybody is let in by it.

A login is compared in lower case and otherwise exactly: whoever comes in through an identity provider comes in as
the login that the provider tells, so two logins that only look alike must never become one. Letters that another
Unicode form would write differently (full-width letters, ligatures) are therefore refused, as are characters that
nobody sees.
"""

import unicodedata
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from domain.actor import (
    DEMO_PREFIX,
    DOORKEEPER,
    EVERYWHERE,
    HOUSEKEEPER,
    INSPECTOR,
    KEEPERS,
    OPERATOR,
    Actor,
)
from domain.deeds import kept_apart
from domain.errors import InputRefused
from domain.i18n import N_, _
from domain.vocabulary import Labelled, Role

LONGEST_LOGIN = 128
LONGEST_NOTE = 200
_SHOWN = 10

_FORMULA = "=+-@'"
"""A login that begins so would be a formula in the exported list."""

RESERVED = frozenset({OPERATOR.login, HOUSEKEEPER.login, INSPECTOR.login, DOORKEEPER.login})
"""Logins that the audit uses for the program itself."""


class UserRule(Labelled):
    """What an entry of a user is held against."""

    BAD_LOGIN = "bad_login"
    DUPLICATE = "duplicate"
    UNKNOWN_ROLE = "unknown_role"
    KEPT_APART = "kept_apart"
    UNKNOWN_AREA = "unknown_area"
    UNKNOWN_DEPARTMENT = "unknown_department"
    SCOPE = "scope"
    BAD_ADDRESS = "bad_address"
    BAD_VALUE = "bad_value"
    LAST_ADMINISTRATOR = "last_administrator"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "bad_login": N_("登录名不合规"),
            "duplicate": N_("登录名重复"),
            "unknown_role": N_("没有这个角色"),
            "kept_apart": N_("职责没有分立"),
            "unknown_area": N_("没有这个区划"),
            "unknown_department": N_("没有这个部门"),
            "scope": N_("范围与角色不符"),
            "bad_address": N_("大屏地址不合规"),
            "bad_value": N_("取值不合规"),
            "last_administrator": N_("会失去最后一个系统管理员"),
        }


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with an entry: the rule, what was seen, and what to do."""

    rule: UserRule
    message: str
    remedy: str


@dataclass(frozen=True)
class UserText:
    """A user as typed or read from a file; nothing is checked yet. `active` is yes, no, or empty for yes."""

    login: str
    roles: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    kiosk_address: str = ""
    active: str = ""
    note: str = ""


@dataclass(frozen=True)
class User:
    """A user as stored: `kiosk_address` makes it a wall screen."""

    login: str
    roles: frozenset[Role]
    areas: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()
    kiosk_address: str | None = None
    active: bool = True
    note: str = ""

    @property
    def actor(self) -> Actor:
        """Who it is for every read and write."""
        return Actor(self.login, self.roles, self.areas, self.departments, read_only=bool(self.kiosk_address))

    @property
    def is_administrator(self) -> bool:
        """Whether it manages users now."""
        return self.active and Role.ADMINISTRATOR in self.roles


@dataclass(frozen=True)
class Known:
    """What an installation has: codes of areas, names of departments."""

    areas: frozenset[str]
    departments: frozenset[str]


def login_key(login: str) -> str | None:
    """What a login is compared by; None for one that no user can have."""
    return None if _bad_login(login) else login.lower()


def checked(text: UserText, known: Known) -> tuple[User | None, list[Fault]]:
    """The user that a text stands for, or everything that is wrong with it."""
    roles, strange = _roles(text.roles)
    address, bad_address = _address(text.kiosk_address)
    active = _YES_OR_NO.get(text.active.strip().lower())
    user = User(
        login=text.login,
        roles=roles,
        areas=frozenset(text.areas),
        departments=frozenset(text.departments),
        kiosk_address=address,
        active=bool(active),
        note=text.note.strip(),
    )
    faults = [
        *_login_faults(text.login),
        *_role_faults(roles, strange),
        *_unknown(UserRule.UNKNOWN_AREA, user.areas - {EVERYWHERE}, known.areas),
        *_unknown(UserRule.UNKNOWN_DEPARTMENT, user.departments, known.departments),
        *([] if strange else _scope_faults(user)),
        *(_address_faults(text.kiosk_address) if bad_address else ()),
        *_value_faults(text, active=active),
    ]
    return (None if faults else user), faults


def refuse(faults: list[Fault]) -> None:
    """Raise InputRefused that tells all faults at once; nothing happens where there is none."""
    if faults:
        raise InputRefused(
            " ".join(fault.message for fault in faults),
            " ".join(dict.fromkeys(fault.remedy for fault in faults)),
        )


_YES_OR_NO = {
    **dict.fromkeys(("", "yes", "true", "1", "是", "启用"), True),
    **dict.fromkeys(("no", "false", "0", "否", "停用"), False),
}


def _bad_login(login: str) -> str | None:
    """What is wrong with a login."""
    if not login or len(login) > LONGEST_LOGIN:
        return _("登录名有 {n} 个字符，应为 1 到 {most} 个。").format(n=len(login), most=LONGEST_LOGIN)
    if any(unicodedata.category(letter)[0] in "CZ" for letter in login):
        return _("登录名里有空白或不可见的控制字符。")
    if unicodedata.normalize("NFKC", login) != login:
        return _("登录名里有全角字母或别的变体字符，看起来会和另一个登录名一样。")
    if login[0] in _FORMULA:
        return _("登录名以“{sign}”开头，在表格里会成为公式。").format(sign=login[0])
    if login.lower() in RESERVED or login.lower().startswith(DEMO_PREFIX):
        return _("这个登录名留给程序自己，审计里用它表示程序。")
    return None


def _login_faults(login: str) -> Iterator[Fault]:
    told = _bad_login(login)
    if told is not None:
        yield Fault(UserRule.BAD_LOGIN, told, _("请照统一身份认证里的登录名填写，不加空格。"))


def _roles(texts: tuple[str, ...]) -> tuple[frozenset[Role], list[str]]:
    """Roles by their stored terms or their Chinese names; what is neither."""
    names = {role.value: role for role in Role} | {role.source_label: role for role in Role}
    found = [(text, names.get(text.strip())) for text in texts if text.strip()]
    return (
        frozenset(role for _text, role in found if role is not None),
        [text for text, role in found if role is None],
    )


def _role_faults(roles: AbstractSet[Role], strange: list[str]) -> Iterator[Fault]:
    known = ", ".join(f"{role.value} ({role.label})" for role in Role)
    if strange:
        told = _("没有角色“{names}”。").format(names="、".join(strange[:_SHOWN]))
        yield Fault(UserRule.UNKNOWN_ROLE, told, _("可用的角色：{known}。").format(known=known))
    elif not roles:
        yield Fault(UserRule.UNKNOWN_ROLE, _("没有写角色。"), _("可用的角色：{known}。").format(known=known))
    try:
        kept_apart(roles)
    except InputRefused as joined:
        yield Fault(UserRule.KEPT_APART, joined.message, joined.remedy)


def _unknown(rule: UserRule, wanted: AbstractSet[str], known: AbstractSet[str]) -> Iterator[Fault]:
    strange = sorted(wanted - known)
    if not strange:
        return
    seen = "、".join(strange[:_SHOWN])
    if rule is UserRule.UNKNOWN_AREA:
        message = _("没有编码是“{seen}”的区划。").format(seen=seen)
        remedy = _("请写现有区划的编码，全市写 *；现有 {n} 个区划。").format(n=f"{len(known):,}")
    else:
        message = _("没有案件派给部门“{seen}”。").format(seen=seen)
        some = "、".join(sorted(known)[:_SHOWN]) or "-"
        remedy = _("请照案件里的写法填写部门；现有 {n} 个，如：{some}。").format(
            n=f"{len(known):,}", some=some
        )
    yield Fault(rule, message, remedy)


def _scope_faults(user: User) -> Iterator[Fault]:
    """Keepers of users and audit have no scope; whoever works with cases has one; a department is no area."""
    has_scope = bool(user.areas or user.departments)
    if not user.roles:
        return
    if user.roles & KEEPERS:
        if has_scope or user.kiosk_address:
            told = _("系统管理员和审计员不看业务数据，不能有区划、部门或大屏地址。")
            yield Fault(UserRule.SCOPE, told, _("请去掉区划、部门和大屏地址。"))
    elif EVERYWHERE in user.areas and len(user.areas) > 1:
        yield Fault(UserRule.SCOPE, _("* 已是全市，不能再列别的区划。"), _("请只写 *，或只写编码。"))
    elif user.roles == {Role.DEPARTMENT_HANDLER}:
        if user.areas or not user.departments:
            told = _("部门经办人只看本部门的案件：要有部门，不能有区划。")
            yield Fault(UserRule.SCOPE, told, _("请写部门，去掉区划。"))
    elif not has_scope:
        told = _("没有区划也没有部门，登录后什么都看不到。")
        yield Fault(UserRule.SCOPE, told, _("请写负责的区划编码（全市写 *）或部门。"))


def _address(text: str) -> tuple[str | None, bool]:
    """An address in its one form, None where none is given; whether it is no address."""
    if not text.strip():
        return None, False
    told = plain_address(text.strip())
    return told, told is None


def plain_address(text: str) -> str | None:
    """An IP address in its one form: an IPv4 address inside an IPv6 one is the IPv4 address; None for no address."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    inner = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(inner or address)


def _address_faults(text: str) -> Iterator[Fault]:
    told = _("“{seen}”不是一个 IP 地址。").format(seen=text.strip()[:LONGEST_LOGIN])
    yield Fault(UserRule.BAD_ADDRESS, told, _("请写大屏电脑的地址，如 10.1.2.3；不是大屏就留空。"))


def _value_faults(text: UserText, *, active: bool | None) -> Iterator[Fault]:
    if active is None:
        told = _("“是否启用”写的是“{seen}”。").format(seen=text.active.strip()[:LONGEST_LOGIN])
        yield Fault(UserRule.BAD_VALUE, told, _("请写 yes 或 no。"))
    note = text.note.strip()
    if len(note) > LONGEST_NOTE or any(unicodedata.category(letter) == "Cc" for letter in note):
        told = _("备注有 {n} 个字符或含控制字符。").format(n=len(note))
        yield Fault(UserRule.BAD_VALUE, told, _("备注写一行，最多 {most} 个字符。").format(most=LONGEST_NOTE))
