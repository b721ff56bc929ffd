"""A reverse proxy's header: believed from this machine, once, and never from elsewhere.

The server is real; the proxy is played by a client that opens the connection as one does, headers included.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Message, Scope
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from data import users
from data.store import Store
from domain.actor import HOUSEKEEPER
from domain.users import UserText
from server.trusted_proxy import TrustedProxy
from tests.support.operator import data
from tests.support.server import RunningServer
from tests.support.sign_in import audited

HEADER = "X-Forwarded-User"
FIGURE, LIST = "<metric>", "<dataframe>"
"""A figure and a table in what a run sends."""
DISTRICT = "云溪区"
Headers = list[tuple[str, str]]


@pytest.fixture(scope="module")
def db(module_town_db: Path) -> Path:
    with Store.opened(module_town_db) as store:
        users.add(store, HOUSEKEEPER, UserText("zhang", ("leader",), ("*",)))
        users.add(store, HOUSEKEEPER, UserText("张三", ("auditor",)))
        users.add(store, HOUSEKEEPER, UserText("wall", ("leader",), ("*",), kiosk_address="10.1.2.3"))
    return module_town_db


@pytest.fixture(scope="module")
def server(db: Path, serve: Callable[..., AbstractContextManager[RunningServer]]) -> Iterator[RunningServer]:
    with serve(db, login="proxy", contact="信息科") as running:
        yield running


class Window:
    """An open page that speaks to the server as a browser does, but does only what it is told."""

    def __init__(self, socket: ClientConnection, page: str) -> None:
        self._page = page
        self._elements: list[Element] = []
        self._fragments: set[str] = set()
        self._socket = socket

    def run(self, *widgets: dict[str, Any], fragment: str = "") -> str:
        """All that a run sends, its texts and <kinds> of elements; each widget has an id and a value."""
        request = BackMsg()
        request.rerun_script.page_name = self._page
        request.rerun_script.fragment_id = fragment
        for widget in widgets:
            request.rerun_script.widget_states.widgets.add(**widget)
        self._socket.send(request.SerializeToString())
        told: list[str] = []
        while True:
            frame = self._socket.recv(timeout=60)
            assert isinstance(frame, bytes)
            message = ForwardMsg()
            message.ParseFromString(frame)
            told += [frame.decode(errors="replace"), f"<{message.delta.new_element.WhichOneof('type')}>"]
            self._elements.append(message.delta.new_element)
            self._fragments.add(message.delta.fragment_id)
            if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                continue
            if message.WhichOneof("type") == "script_finished":
                return "\n".join(told)

    def widget(self, kind: str, key: str) -> str:
        """The id of a widget by its key."""
        ids = [getattr(element, kind).id for element in self._elements if element.WhichOneof("type") == kind]
        return next(found for found in ids if found.endswith(f"-{key}"))

    @property
    def fragments(self) -> list[str]:
        """The fragments of the page."""
        return sorted(self._fragments - {""})


@contextmanager
def window(server: RunningServer, headers: Headers, page: str = "") -> Iterator[Window]:
    """A page that is opened with these headers."""
    with connect(
        server.base_url.replace("http", "ws") + "/_stcore/stream",
        subprotocols=[Subprotocol("streamlit")],
        origin=Origin(server.base_url),
        additional_headers=headers,
        max_size=None,
    ) as socket:
        yield Window(socket, page)


def seen(server: RunningServer, headers: Headers, page: str = "") -> str:
    """All that a run of the page sends to whoever opens it with these headers."""
    with window(server, headers, page) as opened:
        return opened.run()


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ([], "还没有登录"),
        ([(HEADER, "")], "反向代理没有给出唯一的登录名"),
        ([(HEADER, "nobody-here")], "这个账号没有开通"),
        ([("X-Remote-User", "zhang")], "还没有登录"),  # another header is nobody's word
        ([(HEADER, "wall")], "大屏账号只能在它的大屏上使用"),
        ([(HEADER, "wall"), ("X-Forwarded-For", "10.1.2.4")], "大屏账号只能在它的大屏上使用"),
        # what a client writes itself stands on the left of what the proxy appends
        ([(HEADER, "wall"), ("X-Forwarded-For", "10.1.2.3, 10.1.2.4")], "大屏账号只能在它的大屏上使用"),
    ],
)
def test_turned_away(server: RunningServer, headers: Headers, words: str) -> None:
    told = seen(server, headers)
    assert words in told
    assert FIGURE not in told


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ([(HEADER, "zhang")], "领导"),
        ([(HEADER, "ZHANG")], "领导"),  # case makes no other user
        ([(HEADER, "zhang"), ("X-Forwarded-For", "10.1.2.9")], "领导"),
        ([(HEADER, "wall"), ("X-Forwarded-For", "10.1.2.3")], "领导"),
    ],
)
def test_let_in(server: RunningServer, headers: Headers, words: str) -> None:
    told = seen(server, headers)
    assert words in told
    assert FIGURE in told


def test_a_login_in_chinese_is_its_user(server: RunningServer) -> None:
    told = seen(server, [(HEADER, "张三".encode().decode("latin-1"))], "cases")
    assert "“案件”不在您的权限内" in told
    assert "审计员" in told


def test_a_wall_screen_is_offered_no_export(server: RunningServer) -> None:
    told = seen(server, [(HEADER, "wall"), ("X-Forwarded-For", "10.1.2.3")], "cases")
    assert LIST in told
    assert "start_export" not in told
    assert "start_export" in seen(server, [(HEADER, "zhang")], "cases")  # a leader elsewhere is


def test_the_header_twice_is_refused_before_any_page_and_audited(server: RunningServer, db: Path) -> None:
    with pytest.raises(InvalidStatus) as refused:
        seen(server, [(HEADER, "zhang"), (HEADER, "wang")])
    assert refused.value.response.status_code == 403
    found = audited(db, action="refusal", subject="-")
    assert [event["detail"]["reason"] for event in found] == ["bad_header"]


def test_open_pages_answer_nothing_once_the_user_may_come_in_no_more(server: RunningServer, db: Path) -> None:
    """Streamlit runs fragments and callbacks without the script that decides who is looking: both ask anew."""
    assert data(db, "users", "add", "qian", "--role", "leader", "--area", "*", "--json").code == 0
    qian = [(HEADER, "qian")]
    with window(server, qian, "cases") as searching, window(server, qian, "cases") as exporting:
        searching.run()
        search = {"id": searching.widget("text_input", "jump_text"), "string_value": DISTRICT}
        jump = next(one for one in searching.fragments if DISTRICT in searching.run(search, fragment=one))
        exporting.run()
        chosen = {"id": exporting.widget("selectbox", "export_format"), "string_value": "CSV"}
        click = {"id": exporting.widget("button", "start_export"), "trigger_value": True}

        assert data(db, "users", "change", "qian", "--inactive", "--json").code == 0
        for told in (searching.run(search, fragment=jump), exporting.run(chosen, click)):
            assert "这个账号已停用" in told
            assert DISTRICT not in told
    assert audited(db, action="export_cases", actor="qian") == []
    assert not list(db.with_name(f"{db.name}.exports").glob("*"))
    assert len(audited(db, action="login", actor="qian")) == 2  # a proxy vouches for each window
    with window(server, [(HEADER, "zhang")], "cases") as allowed:  # the same click of somebody who may
        allowed.run()
        chosen = {"id": allowed.widget("selectbox", "export_format"), "string_value": "CSV"}
        told = allowed.run(chosen, {"id": allowed.widget("button", "start_export"), "trigger_value": True})
        assert any(word in told for word in ("取消", "下载"))


def test_arrivals_and_refusals_stand_in_the_audit(server: RunningServer, db: Path) -> None:
    seen(server, [(HEADER, "zhang")])
    seen(server, [(HEADER, "somebody\x7felse".replace("\x7f", "%1f"))])
    assert audited(db, action="login", actor="zhang")[0]["detail"]["way"] == "proxy"
    assert audited(db, action="refusal", subject="somebody%1felse")[0]["detail"]["reason"] == "unknown"


def scope(kind: str, client: tuple[str, int] | None, *headers: tuple[bytes, bytes]) -> Scope:
    return {
        "type": kind,
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "method": "GET",
        "headers": list(headers),
        "client": client,
        "server": ("10.0.0.1", 80),
        "scheme": "http",
    }


def answered(given: Scope) -> tuple[list[Message], list[str]]:
    """What the middleware sends for a request, and the addresses it notes."""
    noted: list[str] = []
    sent: list[Message] = []

    async def page(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("page")

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    app = TrustedProxy(Starlette(routes=[Route("/", page)]), HEADER, noted.append)
    asyncio.run(app(given, receive, send))
    return sent, noted


USER, FORWARDED = (b"x-forwarded-user", b"zhang"), (b"x-forwarded-for", b"10.9.9.9")


@pytest.mark.parametrize(
    ("client", "headers", "status"),
    [
        (("127.0.0.1", 40000), [USER], 200),
        (("::1", 40000), [USER], 200),
        (("10.9.9.9", 0), [USER, FORWARDED], 200),  # what uvicorn makes of a proxy on this machine
        (("10.9.9.9", 40000), [], 200),  # no header, nothing to believe
        (("10.9.9.9", 40000), [USER], 403),  # from elsewhere
        (("10.9.9.9", 40000), [USER, FORWARDED], 403),  # from elsewhere, in a proxy's clothes
        (("10.9.9.9", 40000), [USER, (b"x-forwarded-for", b"127.0.0.1")], 403),
        (("127.0.0.1", 40000), [USER, USER], 403),  # a careless proxy let the client's own header through
        (None, [USER], 403),
    ],
)
def test_where_the_header_comes_from(client: Any, headers: list[tuple[bytes, bytes]], status: int) -> None:
    sent, noted = answered(scope("http", client, *headers))
    assert sent[0]["status"] == status
    assert noted == ([] if status == 200 else [client[0] if client else ""])


def test_a_websocket_from_elsewhere_is_closed() -> None:
    sent, noted = answered(scope("websocket", ("10.9.9.9", 40000), USER))
    assert [(message["type"], message["code"]) for message in sent] == [("websocket.close", 1008)]
    assert noted == ["10.9.9.9"]
