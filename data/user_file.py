"""Users from a CSV file and back: every row is accounted for, read = accepted + rejected.

The columns are those of `COLUMNS`; a field with several values parts them by 、 ; or |. A row whose login is
there already changes that user; users that the file does not name stay as they are.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from data.export import BOM
from data.ledger import Writer
from data.store import Store
from data.users import detail, insert, known, lost_administrator, stored_user, text_of, update
from domain.actor import Actor
from domain.audit import Action
from domain.deeds import Deed, require
from domain.errors import InputRefused
from domain.i18n import _
from domain.users import Fault, Known, User, UserRule, UserText, checked, login_key

COLUMNS = ("login", "roles", "areas", "departments", "kiosk_address", "active", "note")
MOST_ROWS = 5_000
MOST_BYTES = 2_000_000
_NEEDED = frozenset({"login", "roles"})
_PARTED = re.compile(r"[;；|、]")
_ENCODINGS = ("utf-8-sig", "gb18030")
_RUNS = re.compile(r"^([\s\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠])")
"""What makes a spreadsheet run a cell (data/export.py, without the classes that Python's `re` has not)."""


@dataclass(frozen=True)
class RejectedUser:
    """A row that was kept out: its number (the header is 1), its login as it stood there, and what is wrong."""

    row_number: int
    login: str
    faults: tuple[Fault, ...]


@dataclass
class UserReport:
    """What became of the rows of a file."""

    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: list[RejectedUser] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        """Rows that were let in: added, changed and unchanged ones."""
        return self.added + self.changed + self.unchanged

    def sums(self) -> dict[str, int]:
        """The counts; read = accepted + rejected."""
        return {
            "read": self.read,
            "accepted": self.accepted,
            "rejected": len(self.rejected),
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
        }


def import_users(
    store: Store, actor: Actor, content: bytes, file_name: str, *, only_preview: bool
) -> UserReport:
    """Brings the users of a file in, or tells what that would do. Raises InputRefused for what is no such file."""
    require(actor, Deed.MANAGE_USERS)
    rows = read_rows(content)
    found = known(store)
    transaction = store.rehearsing(actor) if only_preview else store.writing(actor)
    with transaction as writer:
        report = _take_in(writer, rows, found)
        writer.audit(Action.USER_IMPORT, file_name[:200], dict(report.sums()))
    return report


def read_rows(content: bytes) -> list[tuple[int, UserText | Fault]]:
    """The rows of a file with their numbers; one that cannot be parted into the header's columns is a fault."""
    if len(content) > MOST_BYTES:
        raise InputRefused(
            _("文件有 {n} 字节，最多 {most} 字节。").format(n=f"{len(content):,}", most=f"{MOST_BYTES:,}"),
            _("请分成几个文件。"),
        )
    reader = csv.reader(io.StringIO(_decoded(content), newline=""), strict=True)
    try:
        table = [row for row in reader if row]
    except csv.Error as error:
        raise InputRefused(
            _("第 {line} 行不是 CSV：{reason}").format(line=reader.line_num, reason=error),
            _("请检查这一行的引号。"),
        ) from error
    header = [name.strip().lower() for name in table[0]] if table else []
    _refuse_header(header)
    if len(table) - 1 > MOST_ROWS:
        raise InputRefused(
            _("文件有 {n} 行，最多 {most} 行。").format(n=f"{len(table) - 1:,}", most=f"{MOST_ROWS:,}"),
            _("请分成几个文件。"),
        )
    return [(number, _text_of_row(header, row)) for number, row in enumerate(table[1:], start=2)]


def users_csv(users: Iterable[User]) -> bytes:
    """Users as a file that can be imported again; a note that a spreadsheet would execute is made harmless."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for user in users:
        text = text_of(user)
        parts = ("、".join(values) for values in (text.roles, text.areas, text.departments))
        cells = (text.login, *parts, text.kiosk_address, text.active, text.note)
        writer.writerow([_RUNS.sub(r"'\1", cell) for cell in cells])
    return BOM + out.getvalue().encode()


def _decoded(content: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputRefused(_("文件既不是 UTF-8 也不是 GB18030。"), _("请另存为 UTF-8 的 CSV。"))


def _refuse_header(header: list[str]) -> None:
    strange = [name for name in header if name not in COLUMNS]
    missing = sorted(_NEEDED - set(header))
    if strange or missing or len(set(header)) != len(header):
        raise InputRefused(
            _("表头是“{seen}”，缺少或多出了列。").format(seen=", ".join(header)[:200]),
            _("可用的列：{columns}；login 和 roles 必须有，每列一次。").format(columns=", ".join(COLUMNS)),
        )


def _text_of_row(header: list[str], row: list[str]) -> UserText | Fault:
    if len(row) != len(header):
        message = _("有 {n} 列，表头有 {expected} 列。").format(n=len(row), expected=len(header))
        return Fault(UserRule.BAD_VALUE, message, _("请检查该行的逗号和引号。"))
    cells = dict(zip(header, row, strict=True))
    several: dict[str, Any] = {
        name: tuple(part.strip() for part in _PARTED.split(cells.pop(name, "")) if part.strip())
        for name in ("roles", "areas", "departments")
    }
    return UserText(**(several | cells))


def _take_in(writer: Writer, rows: list[tuple[int, UserText | Fault]], found: Known) -> UserReport:
    """Rows one after the other; of rows with the same login none is taken, since nobody knows which is meant."""
    report = UserReport(read=len(rows))
    keys = Counter(login_key(text.login) for _number, text in rows if isinstance(text, UserText))
    for number, text in rows:
        if isinstance(text, Fault):
            report.rejected.append(RejectedUser(number, "", (text,)))
            continue
        user, faults = checked(text, found)
        if user is not None and keys[login_key(user.login)] > 1:
            message = _("文件里有 {n} 行是这个登录名。").format(n=keys[login_key(user.login)])
            faults = [Fault(UserRule.DUPLICATE, message, _("请只留一行。"))]
        if user is None or faults or (faults := _write(writer, report, user)):
            report.rejected.append(RejectedUser(number, text.login, tuple(faults)))
    return report


def _write(writer: Writer, report: UserReport, user: User) -> list[Fault]:
    """One user added, changed or left; what forbids it."""
    before = stored_user(writer, user.login)
    if before is None:
        insert(writer, user)
        writer.audit(Action.USER_ADD, user.login, detail(user))
        report.added += 1
    elif before == (after := replace(user, login=before.login)):
        report.unchanged += 1
    else:
        faults = lost_administrator(writer, before, after)
        if faults:
            return faults
        update(writer, after)
        writer.audit(Action.USER_CHANGE, after.login, {"before": detail(before), "after": detail(after)})
        report.changed += 1
    return []
