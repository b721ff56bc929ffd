"""The operator's local channel: while a server holds the database, it does the command line's work.

A Unix socket in a folder only its owner may enter (elsewhere a loopback port), plus a random token; both
stand in `<database>.channel`, readable by the owner alone. Messages are JSON: one request, then any number of
progress messages, then a result or an error. A client that goes away cancels its job.
"""

import json
import logging
import os
import secrets
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener, answer_challenge, deliver_challenge
from pathlib import Path
from typing import Any

from domain.errors import ERRORS_BY_NAME, Cancelled, OneGridError
from domain.i18n import _, current_language, use_language
from domain.progress import Progress

log = logging.getLogger(__name__)

_BACKLOG = 16

Handler = Callable[[str, dict[str, Any], Progress], dict[str, Any]]
"""Does one verb: name, parameters, progress → result."""


@dataclass(frozen=True)
class Address:
    """Where a running server listens, as its channel file tells."""

    address: str | tuple[str, int]
    token: bytes

    @classmethod
    def of(cls, db: Path) -> "Address | None":
        """The address beside a database, None where no server has left one that can be read."""
        try:
            told = json.loads(channel_file(db).read_text(encoding="utf-8"))
            address, token = told["address"], bytes.fromhex(told["token"])
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, KeyError) as error:
            log.warning("%s cannot be understood: %s", channel_file(db), type(error).__name__)
            return None
        return cls(address if isinstance(address, str) else (address[0], address[1]), token)


def channel_file(db: Path) -> Path:
    """The file that tells where the server of a database listens."""
    return db.with_name(f"{db.name}.channel")


class ChannelServer:
    """Listens for the operator's jobs until it is closed."""

    def __init__(self, db: Path, handle: Handler) -> None:
        self._db = db
        self._handle = handle
        self._token = secrets.token_bytes(32)
        self._folder = tempfile.mkdtemp(prefix="onegrid-")
        self._listener = self._listen()
        self._closing = threading.Event()
        self._write_file()
        self._thread = threading.Thread(target=self._accept, name="operator-channel", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stops listening; a running job is called off at its next step."""
        self._closing.set()
        channel_file(self._db).unlink(missing_ok=True)
        # accept() only returns for a caller: call it once more
        try:
            Client(self._listener.address).close()
        except OSError:
            log.debug("the operator's channel was closed already")
        self._thread.join(timeout=5)
        self._listener.close()
        Path(self._folder).rmdir()

    def _listen(self) -> Listener:
        if sys.platform == "win32":
            return Listener(("127.0.0.1", 0), family="AF_INET", backlog=_BACKLOG)
        listener = Listener(f"{self._folder}/socket", family="AF_UNIX", backlog=_BACKLOG)
        Path(self._folder, "socket").chmod(0o600)
        return listener

    def _write_file(self) -> None:
        """Puts the file in its place whole: a command line never reads half of it."""
        path = channel_file(self._db)
        part = path.with_name(f"{path.name}.part")
        part.unlink(missing_ok=True)
        told = {"address": self._listener.address, "token": self._token.hex(), "pid": os.getpid()}
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(told, stream)
        part.replace(path)

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection = self._listener.accept()
            except OSError as error:
                log.debug("a connection was not accepted: %s", error)
                continue
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: Connection) -> None:
        """One connection; the token is asked for here, so that a silent caller holds up nobody else."""
        with connection:
            try:
                deliver_challenge(connection, self._token)
                answer_challenge(connection, self._token)
                request = json.loads(connection.recv_bytes())
            except (OSError, EOFError, AuthenticationError) as error:
                log.debug("a connection was not served: %s", error)
                return
            with use_language(request["language"]):
                _answer(connection, self._work(connection, request))

    def _work(self, connection: Connection, request: dict[str, Any]) -> dict[str, Any]:
        def progress(stage: str, done: int, total: int | None) -> None:
            if self._closing.is_set():
                raise Cancelled(_("服务端正在停止，任务已取消。"), _("数据库保持原样；请重新执行。"))
            try:
                if connection.poll():  # whoever asked has a second word, and it can only be this one
                    connection.recv_bytes()
                    raise Cancelled(_("已停止，没有留下半截数据。"))
                connection.send_bytes(json.dumps({"progress": [stage, done, total]}).encode())
            except (OSError, EOFError) as error:
                raise Cancelled(_("命令行已断开，任务已取消。")) from error

        try:
            return {"result": self._handle(request["verb"], request["params"], progress)}
        except OneGridError as error:
            kind = type(error).__name__
            return {"error": {"kind": kind, "message": error.message, "remedy": error.remedy}}
        except Exception as error:
            log.exception("the operator's verb %s failed", request["verb"])
            message = _("服务端内部错误：{kind}").format(kind=type(error).__name__)
            remedy = _("详情见服务端日志。")
            return {"error": {"kind": "OneGridError", "message": message, "remedy": remedy}}


def _answer(connection: Connection, message: dict[str, Any]) -> None:
    try:
        connection.send_bytes(json.dumps(message, ensure_ascii=False).encode())
    except OSError:
        log.info("the command line went away before its answer")


def ask(address: Address, verb: str, params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Has the running server do a verb; returns its result or raises its error.

    Ctrl-C asks the server to stop, and the server's answer says whether it still could. Raises ConnectionError
    where nobody listens there any more, or somebody else does.
    """
    try:
        connection = Client(address.address, authkey=address.token)
    except (OSError, EOFError, AuthenticationError) as error:
        raise ConnectionError(str(error)) from error
    with connection, _ctrl_c_calls_off(connection):
        request = {"verb": verb, "params": params, "language": current_language()}
        connection.send_bytes(json.dumps(request, ensure_ascii=False).encode())
        while True:
            try:
                message = json.loads(connection.recv_bytes())
            except (EOFError, OSError) as error:
                raise OneGridError(
                    _("服务端中途停止，任务没有完成。"), _("数据库保持原样；请重新执行。")
                ) from error
            if "progress" in message:
                progress(*message["progress"])
            elif "error" in message:
                told = message["error"]
                raise ERRORS_BY_NAME[told["kind"]](told["message"], told["remedy"])
            else:
                result: dict[str, Any] = message["result"]
                return result


@contextmanager
def _ctrl_c_calls_off(connection: Connection) -> Iterator[None]:
    """While the block runs, Ctrl-C sends a word instead of breaking off a half-read answer."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def call_off(_signal: int, _frame: object) -> None:
        connection.send_bytes(b"stop")

    before = signal.signal(signal.SIGINT, call_off)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
