"""A verb of the operator's that is to be done."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.store import Store
from domain.errors import InputRefused
from domain.i18n import _
from domain.progress import Progress
from server.operator.asked import Params

Verb = Callable[["Job"], dict[str, Any]]


@dataclass(frozen=True)
class Job:
    """One verb to do: the store, its parameters, and whom to tell the progress."""

    store: Store
    params: Params
    progress: Progress


def file_of(params: Params) -> Path:
    """The file that the parameters name. Raises InputRefused where there is none."""
    path = Path(params["file"])
    if not path.is_file():
        raise InputRefused(_("没有文件 {path}。").format(path=path), _("请检查路径。"))
    return path
