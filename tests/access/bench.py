"""A city of which one community is somebody else's: everything in it says so, and everybody who may try to read it.

The places are those of tests/support/small_city.py. Whatever belongs to 乙 (the second community) carries `MARK` in
every text it has: its cases and their persons, compounds, service points, posts, saved views, the file that brought
them, the row that was kept out, a user's note and the audit. 甲 (the first) has its own things of every sort, so that
whoever answers for it sees something wherever 乙's secretary sees `MARK`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd

from data import audit, users, views
from data.ingest.assessments import read_assessments
from data.ingest.duty import read_duty
from data.ingest.places import read_compounds, read_points
from data.load.assessments import load_assessments
from data.load.batch import SourceFile
from data.load.duty import load_duty
from data.load.features import load_features
from data.store import Store
from domain.actor import HOUSEKEEPER, INSPECTOR, OPERATOR, Actor
from domain.audit import Action
from domain.clock import AsOfMode
from domain.users import UserText
from domain.vocabulary import ImportKind, Role
from queries import areas
from queries.areas import AreaInfo
from tests.support.small_city import (
    COLUMNS,
    COMMUNITIES,
    MAPPING,
    WEST_STREET,
    at,
    case,
    cell,
    import_cases,
    import_city,
    middle,
    rows,
    write_cases,
)

MARK = "只属于乙社区"
"""Stands in everything of 乙's. Nobody types it: whoever comes upon it has been told it."""

JIA, YI, STREET = COMMUNITIES[0], COMMUNITIES[1], WEST_STREET
OFFICE, YIS_OFFICE = "城管局", f"{MARK}水务局"
CATEGORY, CHANNEL = "乙类渗水", "乙类渠道"
"""What most of 乙's cases have, for whoever guesses it and asks for it."""

YIS_CASES = 5

_MAPPING = (
    MAPPING.replace(
        'title = "title"', 'title = "title"\ndescription = "text"\nplace = "where"\naddress = "home"'
    )
    .replace('personal = ["name", "tel"]', 'personal = ["name", "tel", "home"]')
    .rstrip()
) + '\n[case.values.channel]\nunmapped = "keep"\n'

USERS = (
    UserText("yi", ("secretary",), (YI,), note=f"{MARK}备注"),
    UserText("jia", ("secretary",), (JIA,)),
    UserText("handler", ("department_handler",), departments=(OFFICE,)),
    UserText("worker", ("grid_worker",), (f"{JIA}001",)),
    UserText("analyst", ("analyst",), (JIA,)),
    UserText("kiosk", ("secretary",), (JIA,), kiosk_address="127.0.0.1"),
    UserText("dispatcher", ("dispatcher",), (JIA,)),
    UserText("leader", ("leader",), ("*",)),
    UserText("operator1", ("operator",), ("*",)),
    UserText("admin", ("administrator",)),
    UserText("auditor", ("auditor",)),
)
"""Everybody with an account."""

_BOTH = frozenset({OFFICE, YIS_OFFICE})
_OTHERS = {
    "both": Actor("both", frozenset({Role.DEPARTMENT_HANDLER}), departments=_BOTH),
    "comma": Actor(
        "comma", frozenset({Role.DEPARTMENT_HANDLER}), departments=frozenset({",".join(sorted(_BOTH))})
    ),
    "nobody": Actor("nobody", frozenset()),
    "others": Actor("others", frozenset()),
}
"""Actors that the table of users would not let in."""


@dataclass
class Bench:
    """The city, open: its store, a folder to write into, and what 乙's things are called inside."""

    store: Store
    folder: Path
    case_id: int = 0
    office_case_id: int = 0
    batch_id: int = 0
    view_id: str = ""
    event: int = 0
    _files: Iterator[int] = field(default_factory=lambda: iter(range(1_000_000)))

    def actor(self, login: str) -> Actor:
        """The actor of an account, or one of those without."""
        if login in _OTHERS:
            return _OTHERS[login]
        account = users.account(self.store, login)
        assert account is not None, login
        return account.user.actor

    def area(self, code: str = YI) -> AreaInfo:
        """An area; boundaries are for everybody."""
        with self.store.session(OPERATOR) as session:
            return areas.area_by_code(session, code)

    def file(self, name: str) -> Path:
        """Where nothing stands yet."""
        return self.folder / f"{next(self._files)}-{name}"


def case_of_yi(bench: Bench) -> str:
    """A case of 乙, for an address."""
    return str(bench.case_id)


def office_case(bench: Bench) -> str:
    """A case of 甲's department that stands on the point of 乙's."""
    return str(bench.office_case_id)


def finding(bench: Bench) -> str:
    """A finding about a case of 乙."""
    return f"{bench.batch_id}-code_mismatch"


def batch(bench: Bench) -> str:
    """The import that brought 乙's cases."""
    return str(bench.batch_id)


def event(bench: Bench) -> str:
    """The event of the audit that says MARK."""
    return str(bench.event)


def build(store: Store, folder: Path) -> Bench:
    """Bring everything into an empty store."""
    import_city(store, folder)
    _bring_cases(store, folder)
    _bring_places(store, folder)
    with store.writing(OPERATOR) as writer:
        writer.set_city(name="江北区", timezone=None, as_of=AsOfMode.DATA)
        writer.audit(Action.PROMISE, f"source:{MARK}", {"note": MARK})
        writer.run("insert into erasure values ('2026-03-01', 'phone', 1, 7)")
    for text in USERS:
        users.add(store, HOUSEKEEPER, text)
    bench = Bench(store, folder)
    bench.view_id = views.save(
        store, bench.actor("yi"), f"{MARK}视图", {"area": [YI], "text": [f"{MARK}标题"]}
    )
    views.save(store, bench.actor("yi"), "每周未结", {"area": [YI], "text": [f"{MARK}标题"]})
    shared = views.save(store, bench.actor("yi"), "派遣用", {"area": [YI], "text": [f"{MARK}标题"]})
    views.share(store, bench.actor("yi"), shared, Role.DISPATCHER)
    views.save(store, bench.actor("jia"), "甲的视图", {"area": [JIA]})
    audit.record(store, INSPECTOR, Action.AUDIT_EXPORT, "audit", {"file": MARK})
    number = "select case_id, batch_id from cases where source_case_id = $number"
    ((bench.case_id, bench.batch_id),) = rows(store, number, {"number": "YI-1"})
    ((bench.office_case_id, _batch),) = rows(store, number, {"number": "GOV-1"})
    ((bench.event,),) = rows(store, "select max(seq) from audit")
    return bench


def _bring_cases(store: Store, folder: Path) -> None:
    """甲's, 乙's, one of 甲's department beside one of 乙's, and one that is kept out."""
    told = [
        *_cases_of_yi(),
        *_cases_of_others(),
        {**case("BAD-1", title=f"{MARK}被拒"), "state": f"{MARK}状态"},
    ]
    path = write_cases(folder / f"{MARK}.csv", told, (*COLUMNS, "text", "where", "home"))
    import_cases(store, path, _MAPPING)


def _cases_of_yi() -> Iterator[dict[str, object]]:
    for number in range(1, YIS_CASES + 1):
        usual = number <= 3
        yield {
            **case(f"YI-{number}", title=f"{MARK}标题 井盖{number}", department=YIS_OFFICE, **at(0, 2)),
            "reported": f"2026-03-0{number} 08:00:00",
            "due": "2026-03-02 08:00:00",
            "state": "handling",
            "category": CATEGORY if usual else f"{MARK}类别",
            "channel": CHANNEL if usual else f"{MARK}渠道",
            "text": f"{MARK}描述",
            # one of them says that it was in 乙's compound: the point is a placeholder
            "where": f"{MARK}兰亭苑" if number == YIS_CASES else f"{MARK}地点 兰亭巷七号",
            "name": f"{MARK}姓名",
            "tel": "13812345678",
            "home": f"{MARK}住址",
            "code": COMMUNITIES[2] if number == 1 else YI,  # one case with a finding
        }


def _cases_of_others() -> Iterator[dict[str, object]]:
    for number in range(1, 5):
        place = at(0, 0) if number < 4 else at(2, 0)
        yield {
            **case(f"JIA-{number}", title=f"甲的标题{number}", department=OFFICE, category="噪声", **place),
            "due": "2026-03-02 08:00:00",
            "name": "甲的姓名",
        }
    yield case("GOV-1", title="城管局的案件", department=OFFICE, category="噪声", **at(0, 2))


def _bring_places(store: Store, folder: Path) -> None:
    """A compound with an assessment, a service point and a post of each of the two."""
    told = {"yi": (f"{MARK}兰亭苑", 0, 2, YI), "jia": ("甲的小区", 0, 0, JIA)}
    compounds = [
        {"code": f"c-{who}", "name": name, "address": name, "company": name, "households": 100}
        for who, (name, *_place) in told.items()
    ]
    homes = [cell(x, y).buffer(-0.002) for _name, x, y, _code in told.values()]
    points = [
        {"code": f"p-{who}", "kind": "canteen", "name": name, "address": name}
        for who, (name, *_place) in told.items()
    ]
    spots = gpd.points_from_xy(*zip(*(middle(x, y) for _name, x, y, _code in told.values()), strict=True))
    for kind, frame, read in (
        (ImportKind.COMPOUNDS, gpd.GeoDataFrame(compounds, geometry=homes, crs=4326), read_compounds),
        (ImportKind.POINTS, gpd.GeoDataFrame(points, geometry=spots, crs=4326), read_points),
    ):
        path = folder / f"{kind}.geojson"
        frame.to_file(path, driver="GeoJSON")
        with store.writing(OPERATOR) as writer:
            load_features(writer, read(path), SourceFile.of(kind, path))
    posts = [
        {"area_code": code, "post": name, "unit": name, "headcount": 1, "shift": name, "contact": name}
        for name, _x, _y, code in told.values()
    ]
    path = write_cases(folder / "duty.csv", posts, tuple(posts[0]))
    with store.writing(OPERATOR) as writer:
        load_duty(writer, read_duty(path), SourceFile.of(ImportKind.DUTY, path))
    judged = [
        {
            "compound_code": f"c-{who}",
            "indicator": "inspection",
            "period": "2026Q2",
            "value": 60,
            "evidence": name,
        }
        for who, (name, *_place) in told.items()
    ]
    path = write_cases(folder / "assessments.csv", judged, tuple(judged[0]))
    with store.writing(OPERATOR) as writer:
        load_assessments(writer, read_assessments(path), SourceFile.of(ImportKind.ASSESSMENTS, path))
