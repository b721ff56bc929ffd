"""The one open database of this process, from the server's start to its end."""

from data.store import Store
from domain.errors import StoreUnavailable
from domain.i18n import _
from domain.settings import settings

_open: list[Store] = []


def open_store() -> Store:
    """Open the database of the settings, or answer the one that is open.

    Raises StoreUnavailable where another process holds it.
    """
    if not _open:
        _open.append(Store.open(settings().db, settings()))
    return _open[0]


def store() -> Store:
    """The open database. Raises StoreUnavailable before the start and after the end."""
    if not _open:
        raise StoreUnavailable(_("数据库还没有打开。"), _("请稍候再刷新页面。"))
    return _open[0]


def close_store() -> None:
    """Close the database; nothing happens when none is open."""
    while _open:
        _open.pop().close()
