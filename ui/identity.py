"""Who is looking: the only module that turns a login into an actor.

Three ways in, by ONEGRID_LOGIN. `demo`: nobody signs in, the header offers roles, and every screen says so.
`oidc`: Streamlit's own sign-in at an identity provider. `proxy`: a header of a reverse proxy on this machine.
`enter` decides once a run, before any page; `still_holds` and `confirm` decide anew where Streamlit runs code without
the script around it: fragments, and callbacks that change something. Nothing here is cached.
"""

import secrets
import unicodedata
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from data import audit, users
from domain.actor import DOORKEEPER, EVERYWHERE, Actor, demo_actor
from domain.audit import Action
from domain.errors import NotAllowed, NotFound
from domain.i18n import _
from domain.settings import Login, settings
from domain.sign_in import Limits, Refusal, SignIn, Standing, judge, of_claims, of_headers
from domain.users import LONGEST_LOGIN
from domain.vocabulary import Role, Subject
from queries.areas import AreaInfo
from ui import urlstate
from ui.cache import areas_and_cases as cache
from ui.cache import keys
from ui.cache import users as user_cache
from ui.encode import cut, markdown_text
from ui.presence import PRESENCE
from ui.storage import store

VISITOR = demo_actor(Role.LEADER)
"""Reads what the demo mode's role picker itself offers; nobody is it elsewhere."""

ROLES = (
    Role.LEADER,
    Role.SECRETARY,
    Role.ANALYST,
    Role.DEPARTMENT_HANDLER,
    Role.OPERATOR,
    Role.ADMINISTRATOR,
    Role.AUDITOR,
)
_ROLE = "role"
_COOKIE = "_streamlit_user"
_THIS_MACHINE = "127.0.0.1"

_WINDOW, _BEGAN, _LEFT = "identity_window", "identity_began", "identity_left"
_ARRIVED, _TOLD = "identity_arrived", "identity_told"
AUTOMATIC = "identity_automatic"
"""Session state: this window's name, its first run, why it was left; what of it the audit knows; and whether the
run that follows was asked for by the program and not by its reader."""


@dataclass(frozen=True)
class Reader:
    """The actor of this run; `area` is the one that it answers for, None for several or the whole installation."""

    actor: Actor
    area: AreaInfo | None


@dataclass(frozen=True)
class Turned:
    """Somebody who is not let in: why, and the login that was told, empty where none was."""

    why: Refusal
    login: str = ""


_decided: ContextVar[Reader] = ContextVar("onegrid_reader")


def enter() -> Reader | Turned:
    """Decide who is looking, once a run, before any page. Notes arrivals and refusals in the audit."""
    is_use = not st.session_state.pop(AUTOMATIC, False)
    if settings().login is Login.DEMO:
        found = _demo_reader()
    else:
        actor = _decide(is_use=is_use)
        if isinstance(actor, Turned):
            _note_refusal(actor)
            return actor
        found = Reader(actor, _area_of(actor))
    _decided.set(found)
    return found


def still_holds(actor: Actor | None = None, *, is_use: bool) -> bool:
    """Whether the reader of this window may still come in, as the same actor where one is given."""
    found = _decide(is_use=is_use)
    return isinstance(found, Actor) and actor in {None, found}


def confirm(actor: Actor) -> None:
    """To be called first by a callback that changes or hands out something: it runs before the script's check.

    Raises NotAllowed where the sign-in has ended, or its rights have changed since the page was drawn.
    """
    if not still_holds(actor, is_use=True):
        raise NotAllowed(_("登录已结束，或您的权限刚刚改变，本次没有办理。"), _("请重新打开页面。"))


def decided() -> Reader:
    """Whom `enter` has let in, in this run. Raises LookupError where it was not called: nobody is looking."""
    return _decided.get()


def reader(versions: Mapping[Subject, int]) -> Reader:
    """Draw who is looking (in the demo mode: the role picker), and answer it."""
    found = decided()
    if settings().login is Login.DEMO:
        _draw_picker(versions)
    else:
        _draw_account(found.actor)
    return found


def sign_in_again() -> None:
    """Sign in at the identity provider, or begin anew behind a proxy. For callbacks."""
    for name in (_WINDOW, _BEGAN, _LEFT, _ARRIVED, _TOLD):
        st.session_state.pop(name, None)
    if settings().login is Login.OIDC:
        st.login()


def sign_out() -> None:
    """End this sign-in for good. For callbacks."""
    told = _told()
    if isinstance(told, SignIn):
        account = users.account(store(), told.login)
        if account is not None:
            users.leave(store(), account.user.actor, told, Refusal.SIGNED_OUT)
        PRESENCE.forget(_presence_key(told))
    st.session_state[_LEFT] = Refusal.SIGNED_OUT
    if settings().login is Login.OIDC:
        st.logout()


def sign_out_everywhere(actor: Actor) -> None:
    """End every sign-in of the reader, on all machines. For callbacks."""
    confirm(actor)
    users.sign_out_everywhere(store(), actor, actor.login)
    sign_out()


def note_refused_screen(actor: Actor, screen: str) -> None:
    """Put into the audit that a reader asked for a screen that is not theirs: once a window and screen."""
    _note_once(actor, screen, {"reason": "screen"})


def _decide(*, is_use: bool) -> Actor | Turned:
    """Who is looking now; touches the sign-in where this is a use of it."""
    if settings().login is Login.DEMO:
        return _demo_reader().actor
    told = _told()
    if isinstance(told, Refusal):
        return Turned(told)
    now, found = store().now(), users.account(store(), told.login)
    limits = Limits(settings().longest_sign_in, settings().idle)
    address = st.context.ip_address or _THIS_MACHINE
    why = judge(told, found, _standing(told, now), limits, now, address)
    if why is not None or found is None:
        turned = Turned(why or Refusal.UNKNOWN, told.login)
        if why is Refusal.IDLE and found is not None:
            _end_idle(found.user.actor, told)
        return turned
    _note_arrival(found.user.actor, told)
    if is_use or PRESENCE.last(_presence_key(told)) is None:
        PRESENCE.touch(_presence_key(told), now)
    return found.user.actor


def _told() -> SignIn | Refusal:
    """What the provider's cookie or the proxy's header says of whoever opened this window."""
    left = st.session_state.get(_LEFT)
    if left is not None:
        return Refusal(left)
    if settings().login is Login.PROXY:
        return of_headers(st.context.headers.get_all(settings().proxy_header))
    claims = st.user.to_dict()
    if claims.get("is_logged_in") is not True:
        return Refusal.FORGED if _COOKIE in st.context.cookies else Refusal.NOT_SIGNED_IN
    return of_claims(claims, settings().login_claim)


def _standing(told: SignIn, now: datetime) -> Standing:
    last = PRESENCE.last(_presence_key(told)) or now
    if not told.key:
        return Standing(st.session_state.setdefault(_BEGAN, now), last)
    seen = users.seen(store(), told)
    return Standing(seen.first_seen_at or now, last, seen.ended)


def _presence_key(told: SignIn) -> str:
    """The sign-in; behind a proxy, which vouches for each connection, the window."""
    return told.key or str(st.session_state.setdefault(_WINDOW, secrets.token_hex(16)))


def _end_idle(actor: Actor, told: SignIn) -> None:
    users.leave(store(), actor, told, Refusal.IDLE)
    PRESENCE.forget(_presence_key(told))
    st.session_state[_LEFT] = Refusal.IDLE


def _note_arrival(actor: Actor, told: SignIn) -> None:
    if st.session_state.get(_ARRIVED) != (actor.login, told.key):
        users.arrive(store(), actor, told, settings().login.value)
        st.session_state[_ARRIVED] = (actor.login, told.key)


def _note_refusal(turned: Turned) -> None:
    """Once a window, reason and login; nobody has yet done anything by only opening the page."""
    if turned.why in {Refusal.NOT_SIGNED_IN, Refusal.IDLE}:
        return
    if turned.why is Refusal.SIGNED_OUT and _LEFT in st.session_state:
        return
    detail = {"reason": turned.why.value, "address": st.context.ip_address or _THIS_MACHINE}
    _note_once(DOORKEEPER, _visible(turned.login), detail)


def _note_once(actor: Actor, subject: str, detail: Mapping[str, str]) -> None:
    told: set[tuple[str, str]] = st.session_state.setdefault(_TOLD, set())
    if (subject, detail["reason"]) not in told:
        told.add((subject, detail["reason"]))
        audit.record(store(), actor, Action.REFUSAL, subject, {**detail, "way": settings().login.value})


def _visible(login: str) -> str:
    """A login that nobody has checked, as the audit may hold it."""
    shown = "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(c)[0] == "C" else c for c in login)
    return cut(shown, LONGEST_LOGIN)


def _area_of(actor: Actor) -> AreaInfo | None:
    """The one area that an actor answers for; None for several, for all, and where its code is no area any more."""
    if EVERYWHERE in actor.areas or len(actor.areas) != 1:
        return None
    key = keys.key_of(keys.now(actor).versions, Subject.AREAS)
    try:
        return cache.path(actor, key, next(iter(actor.areas)))[-1]
    except NotFound:
        return None


def _offered(versions: Mapping[Subject, int]) -> tuple[AreaInfo | None, str | None]:
    """The community and the department that the demo mode's secretary and handler answer for."""
    key = keys.key_of(versions, Subject.CASES, Subject.AREAS)
    return cache.busiest_community(VISITOR, key), user_cache.busiest_department(VISITOR, key)


def _roles(community: AreaInfo | None, department: str | None) -> list[Role]:
    absent = {Role.SECRETARY: community is None, Role.DEPARTMENT_HANDLER: department is None}
    return [role for role in ROLES if not absent.get(role, False)]


def _demo_reader() -> Reader:
    """The actor that the URL chooses in the demo mode; elsewhere nobody asks."""
    community, department = _offered(keys.now(VISITOR).versions)
    role = urlstate.option(_ROLE, _roles(community, department)) or Role.LEADER
    if role == Role.SECRETARY and community is not None:
        return Reader(demo_actor(Role.SECRETARY, community.code), community)
    if role == Role.DEPARTMENT_HANDLER:
        return Reader(demo_actor(Role.DEPARTMENT_HANDLER, department=department), None)
    return Reader(demo_actor(Role(role)), None)


def _draw_picker(versions: Mapping[Subject, int]) -> None:
    community, department = _offered(versions)
    names = {
        Role.SECRETARY: community.name if community else "",
        Role.DEPARTMENT_HANDLER: department or "",
    }
    urlstate.selectbox(
        _("角色"),
        _roles(community, department),
        key=_ROLE,
        default=Role.LEADER,
        names=lambda role: " · ".join(part for part in (role.label, names.get(role, "")) if part),
        variant="".join((community.code if community else "", (department or "").encode().hex())),
        label_visibility="collapsed",
        width=280,
    )


def _draw_account(actor: Actor) -> None:
    """The login with its roles behind it, and the two ways out."""
    with st.container(
        key="account", horizontal=True, vertical_alignment="center", gap="small", width="content"
    ):
        with st.popover(markdown_text(actor.login), icon=":material/person:", width="content"):
            st.markdown(markdown_text("、".join(role.label for role in Role if role in actor.roles), 200))
            st.caption(markdown_text("、".join(sorted(actor.areas | actor.departments)), 200) or _("无范围"))
            if not actor.read_only:
                st.button(
                    _("退出全部设备"),
                    key="sign_out_everywhere",
                    on_click=sign_out_everywhere,
                    args=(actor,),
                    help=_("结束这个账号在所有电脑上的登录。"),
                )
        st.button(_("退出"), key="sign_out", icon=":material/logout:", type="tertiary", on_click=sign_out)
