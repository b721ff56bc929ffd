"""What every command has: where it works, the work done, its result told, errors turned into an exit code."""

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from domain.errors import Cancelled, OneGridError
from domain.i18n import _, use_language
from server.operator.nothing import looked_into
from server.operator.progress_bar import watched
from server.operator.render import render
from server.operator.terminal import say
from server.operator.work import do

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout and nothing else.")]
File = Annotated[Path, typer.Argument(help="The file.")]


class Options:
    """What stands before the verb: the database and the language, of this process."""

    db: Path
    language: str


def work(verb: str, params: dict[str, Any], *, as_json: bool) -> dict[str, Any]:
    """Has a verb done, tells its result and returns it."""
    with told(as_json=as_json):
        with watched(quiet=as_json) as progress:
            result = do(Options.db, verb, params, progress, _seal)
        if as_json:
            print_json(result)
        else:
            where = looked_into(
                verb, result, Options.db.resolve()
            )  # asked first: rendering takes a result apart
            render(verb, result)
            if where is not None:
                say(Console(), where)
    return result


def _seal() -> None:
    """From now on Ctrl-C does nothing: the work is done, and saying "stopped" would be untrue.

    It stays so to the end of the process: an interpreter that is interrupted while it ends looks like a
    program that was stopped, whatever it has said before.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def told(*, as_json: bool) -> Iterator[None]:
    """Speaks the chosen language and turns errors into a message and an exit code."""
    with use_language(Options.language):
        try:
            yield
        except OneGridError as error:
            _complain(error, as_json=as_json)
            raise typer.Exit(error.exit_code) from error
        except KeyboardInterrupt:
            stopped = Cancelled(_("已停止，没有留下半截数据。"))
            _complain(stopped, as_json=as_json)
            raise typer.Exit(stopped.exit_code) from None


def _complain(error: OneGridError, *, as_json: bool) -> None:
    """Tells people on stderr, and whoever asked for JSON on stdout too."""
    console = Console(stderr=True)
    say(console, _("未完成：{message}").format(message=error.message))
    if error.remedy:
        say(console, error.remedy)
    if as_json:
        kind = type(error).__name__
        print_json({"error": {"kind": kind, "message": error.message, "remedy": error.remedy}})


def print_json(result: dict[str, Any]) -> None:
    """One object in UTF-8, as JSON is defined, whatever the terminal speaks."""
    text = json.dumps(result, ensure_ascii=False, default=str)
    sys.stdout.buffer.write(f"{text}\n".encode(errors="replace"))
    sys.stdout.buffer.flush()


def absolute(path: Path) -> str:
    """A path as the server needs it, which works in a folder of its own."""
    return str(path.resolve())
