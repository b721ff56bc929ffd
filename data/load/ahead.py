"""Two helpers of staging: reading ahead of the store, and telling whether rows come in the order of time."""

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from contextvars import copy_context
from datetime import datetime
from functools import partial
from typing import Generic, NoReturn, TypeVar

import numpy as np
from numpy.typing import NDArray

_T = TypeVar("_T")

OUT_OF_ORDER_SHARE = 0.01
"""Up to this share of late rows a file counts as ordered: row groups still cover short periods."""

_DAY = np.timedelta64(1, "D")


def ahead(items: Iterable[_T], depth: int = 1) -> Iterator[_T]:
    """The same items, made by another thread up to `depth` ahead: parsing and storing use a core each.

    An exception of the maker is raised where its item would have come; when the taker stops early, the
    maker ends too.
    """
    made = _Made[_T](depth)
    # in the caller's context: a message says what it says in the caller's language
    maker = threading.Thread(
        target=copy_context().run, args=(made.fill, items), name="read-ahead", daemon=True
    )
    maker.start()
    try:
        yield from made.taken()
    finally:
        made.stopped.set()
        maker.join()


class _Made(Generic[_T]):
    """What has been made and not been taken yet."""

    def __init__(self, depth: int) -> None:
        self._items: queue.Queue[Callable[[], _T] | None] = queue.Queue(maxsize=depth)
        self.stopped = threading.Event()

    def fill(self, items: Iterable[_T]) -> None:
        """Makes all items, unless the taker stops."""
        try:
            for item in items:
                if not self._offer(partial(_given, item)):
                    return
        except BaseException as error:  # noqa: BLE001 -- handed over to the taker, which raises it
            self._offer(partial(_raise, error))
        else:
            self._offer(None)

    def taken(self) -> Iterator[_T]:
        """The items in their order."""
        while (item := self._items.get()) is not None:
            yield item()

    def _offer(self, item: Callable[[], _T] | None) -> bool:
        while not self.stopped.is_set():
            try:
                self._items.put(item, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False


def _given(item: _T) -> _T:
    return item


def _raise(error: BaseException) -> NoReturn:
    raise error


class TimeOrder:
    """Sees the times of all rows in the order of the file; rows after `now` are passed over."""

    def __init__(self, now: datetime) -> None:
        self._now = np.datetime64(now, "us")
        self._latest = np.datetime64("0001-01-01", "us")
        self._rows = 0
        self._late = 0

    def see(self, times: NDArray[np.datetime64]) -> None:
        """Takes the next rows' times (datetime64[us], naive UTC)."""
        past = times[times <= self._now]
        if not len(past):
            return
        before: NDArray[np.datetime64] = np.maximum(np.maximum.accumulate(past), self._latest)
        self._late += int((past < before - _DAY).sum())
        self._rows += len(past)
        self._latest = before[-1]

    @property
    def kept(self) -> bool:
        """Whether nearly all rows came within a day of the latest one before them."""
        return self._late <= OUT_OF_ORDER_SHARE * self._rows
