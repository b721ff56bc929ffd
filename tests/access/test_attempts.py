"""Attempts of one actor to reach another's rows: none brings anything, and each would, were the rows one's own.

`ATTEMPTS` is the list to read: who tries, by which way, and what. Jia (甲) and Yi (乙) are two communities, whose
secretaries are `jia` and `yi`; bench.py says who the others are. Everything of Yi's says `MARK`, so "nothing" means
that the word is nowhere in what comes back: tables, files, layers, messages to the browser, errors. The control of an
attempt is the same way gone by whoever owns the rows, who does get them: no attempt passes because nothing works.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from data.export import ExportFormat
from domain.pivot import Axis
from domain.vocabulary import Level
from tests.access import below, links, screens
from tests.access.below import CHANGED, Way
from tests.access.bench import (
    CATEGORY,
    CHANNEL,
    JIA,
    MARK,
    STREET,
    YI,
    Bench,
    batch,
    case_of_yi,
    event,
    finding,
    office_case,
)
from tests.access.cached import BY_A_NAME_WITH_A_COMMA, CACHED, COUNTED
from tests.access.screens import forges, holds, opens, types
from tests.access.told import told


@dataclass(frozen=True)
class Attempt:
    """One of `who` to be told `tell`, which `owner` is told by the same way."""

    who: str
    way: str
    tries: str
    run: Way
    owner: str
    tell: str

    @property
    def words(self) -> str:
        """The attempt as a sentence."""
        return f"{self.way}: {self.who} {self.tries}"


def by(who: str, way: str, tries: str, run: Way, owner: str = "yi", tell: str = MARK) -> Iterator[Attempt]:
    """The same attempt of several people, told apart by blanks."""
    for name in who.split():
        yield Attempt(name, way, tries, run, owner, tell)


def each(who: str, way: str, runs: Mapping[str, Way], *, tell: str = MARK) -> Iterator[Attempt]:
    """Several attempts of one kind."""
    for tries, run in runs.items():
        yield from by(who, way, tries, run, tell=tell)


NOW = {"period": "all"}
ALL_LAYERS = "lines,cases,heat,points,compounds"

# One attempt a line or two: this is a list to be read.
# fmt: off

URLS = (
    *by("jia handler worker", "URL", "opens the map at Yi with every layer on",
        opens("one_map", area=YI, layers=ALL_LAYERS, **NOW)),
    *by("jia", "URL", "opens the map at a grid of Yi",
        opens("one_map", area=f"{YI}001", layers=ALL_LAYERS, **NOW)),
    *by("jia", "URL", "opens the map at the street around both",
        opens("one_map", area=STREET, layers=ALL_LAYERS, **NOW)),
    *by("jia", "URL", "names two areas, the own one last",
        opens("one_map", area=[YI, JIA], layers=ALL_LAYERS, **NOW)),
    # they land on their own screens, which tell of users and of the audit
    *by("admin auditor", "URL", "opens the map, which is not theirs",
        opens("one_map", layers=ALL_LAYERS, **NOW), "yi", f"{MARK}兰亭苑"),
    *by("jia handler worker", "URL", "opens the community's screen at Yi", opens("community", area=YI, **NOW)),
    *by("jia", "URL", "opens the community's screen at a grid of Yi", opens("community", area=f"{YI}001", **NOW)),
    *by("jia worker", "URL", "lists the cases of Yi", opens("cases", area=YI, **NOW)),
    *by("jia", "URL", "lists the cases of Yi's compound", opens("cases", in_compound="c-yi", **NOW)),
    *by("jia", "URL", "has the cases of Yi's compound in charts", opens("analysis", in_compound="c-yi", **NOW)),
    *by("jia handler worker kiosk admin auditor", "URL", "opens a case of Yi by its number",
        opens("cases", case=case_of_yi, **NOW)),
    *by("handler", "URL", "opens an own case that stands on the point of one of Yi's",
        opens("cases", case=office_case, **NOW)),
    *by("jia", "URL", "looks for what stands in a case of Yi",
        opens("cases", text="井盖", area=YI, **NOW)),
    *by("jia", "URL", "asks for the category of Yi's cases",
        opens("cases", category=CATEGORY, area=YI, **NOW)),
    *by("jia", "URL", "asks for the channel of Yi's cases", opens("cases", channel=CHANNEL, **NOW)),
    *by("jia handler", "URL", "asks for a side of a figure",
        opens("cases", side="general.open.numerator", **NOW)),
    *by("jia", "URL", "asks for the cases of a finding", opens("cases", finding=finding, **NOW)),
    *by("jia", "URL", "asks for an hour of the week", opens("cases", hour="7-16", area=YI, **NOW)),
    *by("jia", "URL", "asks for the oldest first, page by page",
        opens("cases", order="oldest", page="1", area=YI, **NOW)),
    *by("jia handler worker", "URL", "opens the analysis at Yi", opens("analysis", area=YI, **NOW)),
    *by("jia", "URL", "makes a pivot of Yi's categories",
        opens("analysis", part="pivot", rows="category", area=YI, **NOW)),
    *by("jia", "URL", "sets Yi beside Jia",
        opens("analysis", part="compare", compare="area", beside=YI, area=JIA, **NOW)),
    *by("jia handler worker analyst", "URL", "opens the own community beside the totals of the whole city",
        opens("community", **NOW)),
)

ROLES = (
    *by("jia", "role outside demo mode", "says role=leader and lists the cases",
        opens("cases", role="leader", area=YI, **NOW)),
    *by("jia", "role outside demo mode", "says role=operator and opens a case",
        opens("cases", role="operator", case=case_of_yi, **NOW)),
    *by("handler", "role outside demo mode", "says role=leader on the map",
        opens("one_map", role="leader", area=YI, layers=ALL_LAYERS, **NOW)),
    *by("jia", "role outside demo mode", "says role=analyst on the analysis",
        opens("analysis", role="analyst", area=YI, **NOW)),
    *by("jia", "role outside demo mode", "says role=operator on the data cloud",
        opens("data_cloud", role="operator", view="batches", batch=batch), "operator1"),
    *by("jia leader", "role outside demo mode", "says role=auditor on the audit",
        opens("audit", role="auditor", event=event), "auditor"),
    *by("jia operator1", "role outside demo mode", "says role=administrator on the users",
        opens("users", role="administrator", user="yi"), "admin"),
)

WIDGETS = (
    *by("jia", "widget", "answers with a category that is not offered",
        forges("cases", "category", CATEGORY, f"{MARK}类别", area=YI, **NOW)),
    *by("jia", "widget", "answers with a channel that is not offered",
        forges("cases", "channel", CHANNEL, area=YI, **NOW)),
    *by("handler", "widget", "answers with a category of another department",
        forges("analysis", "category", CATEGORY, area=YI, **NOW)),
    *by("jia", "widget", "puts Yi's categories into the window's state",
        holds("cases", {"category_zh": [CATEGORY]}, area=YI, **NOW)),
    *by("jia", "widget", "opens the case of Yi in the window's state",
        holds("cases", {"case": case_of_yi}, case=case_of_yi, **NOW)),
    *by("analyst", "widget", "asks for Yi beside Jia in the window's state",
        holds("analysis", {"beside_zh": YI}, part="compare", compare="area", area=YI, **NOW)),
)

JUMP = (
    *by("jia handler worker", "jump box", "types the number of a case of Yi", types("YI-1")),
    *by("jia", "jump box", "types where a case of Yi is", types("兰亭巷七号")),
    *by("jia handler worker", "jump box", "types the name of a compound of Yi", types("兰亭苑")),
    *by("jia", "jump box", "types it in pinyin", types("lantingyuan")),
    *by("jia", "jump box", "types its initials", types("lty")),
    *by("jia", "jump box", "types its code", types("c-yi")),
    *by("jia", "jump box", "types the code of a service point of Yi", types("p-yi")),
    *by("jia", "jump box", "types the number on the screen of cases", types("yi-", "cases")),
    *by("kiosk", "jump box", "types the number of a case of Yi on a wall screen", types("YI-1")),
)

CACHES = (
    *each("jia handler", "cache", {f"asks for {what} that yi asks for too": run for what, run in CACHED.items()}),
    *each("jia handler worker", "figures",
        {f"asks for {what} that yi asks for too": run for what, run in COUNTED.items()}, tell="乙=6."),
    *by("comma", "cache", "has one department, called like yi's two with a comma between them",
        BY_A_NAME_WITH_A_COMMA, "both"),
)

EXPORTS = (
    *each("jia", "export", {f"exports the cases of Yi as {kind}": below.takes_cases(kind) for kind in ExportFormat}),
    *by("jia handler worker admin", "export", "exports the cases of everywhere",
        below.takes_cases(ExportFormat.CSV, None)),
    *by("jia handler", "export", "exports what holds a text of Yi's",
        below.takes_cases(ExportFormat.CSV, None, "井盖")),
    *by("jia handler admin", "export", "exports one file a community", below.takes_batch(None)),
    *by("jia", "export", "exports one file a grid of Yi", below.takes_batch(YI, Level.GRID)),
    *by("jia handler auditor", "export", "exports a pivot of Yi's categories",
        below.takes_pivot(Axis.CATEGORY)),
    *by("jia", "export", "exports a pivot of Yi's channels", below.takes_pivot(Axis.CHANNEL)),
    *by("jia kiosk analyst", "export", "looks at yi's orders", below.looks_at_orders),
    *by("kiosk", "export", "exports cases from a wall screen",
        below.takes_cases(ExportFormat.CSV, JIA), "jia", "甲的标题"),
    *by("kiosk", "export", "exports one file a community from a wall screen",
        below.takes_batch(None), "jia", "甲的标题"),
    *by("kiosk", "export", "exports a pivot from a wall screen",
        below.takes_pivot(Axis.CATEGORY, JIA), "jia", "噪声"),
    *by("kiosk", "export", "sees on the list of cases what to export with",
        opens("cases", **NOW), "jia", "start_export"),
    *by("others", "export", "reads yi's file from the disk with another account",
        links.reads_export_folder),
)

LINKS = (
    *each("jia", "signed link", {f"fetches yi's file {how}": links.fetches_file(how) for how in links.ALTERED}),
    *each("jia", "signed link", {f"fetches yi's layer {how}": links.fetches_layer(how) for how in links.ALTERED}),
    *by("jia", "signed link", "fetches the description with the link of the file",
        links.fetches_other_name),
)

VIEWS = (
    *by("jia handler analyst leader auditor", "saved view", "sees yi's private view on the analysis",
        opens("analysis"), tell=f"{MARK}视图"),
    *by("jia analyst leader", "saved view", "opens yi's private view by its name",
        below.opens_view("每周未结")),
    *by("jia leader operator1", "saved view", "opens a view that is shared with another role",
        below.opens_view("派遣用"), "dispatcher"),
    *by("jia analyst leader", "saved view", "sees on the analysis a view that is shared with another role",
        opens("analysis"), "dispatcher", "派遣用"),
    *by("dispatcher", "saved view", "opens the address of the view that was shared",
        opens("analysis", area=YI, part="pivot", **NOW), "yi", f"{MARK}类别"),
    *by("jia analyst leader dispatcher", "saved view", "renames yi's view",
        below.renames, tell=CHANGED),
    *by("jia analyst", "saved view", "overwrites yi's view", below.overwrites, tell=CHANGED),
    *by("jia analyst worker", "saved view", "shares yi's view", below.shares_on, tell=CHANGED),
    *by("jia leader admin", "saved view", "deletes yi's view", below.deletes, tell=CHANGED),
    *by("kiosk admin auditor nobody", "saved view", "saves a view, from a wall screen or without seeing cases",
        below.saves_view, "jia", CHANGED),
    *by("jia", "saved view", "deletes yi's view with the button, having forged which",
        screens.deletes_view_with_a_forged_label, tell=CHANGED),
)

PERSONS = (
    *by("jia handler worker", "unmasking", "gives a reason for a case of Yi", below.unmasks()),
    *by("analyst leader kiosk admin", "unmasking", "gives a reason without the right to unmask",
        below.unmasks()),
    *by("jia", "unmasking", "opens a case of Yi with a reason already in the window",
        holds("cases", {"unmask_reason": below.REASON}, case=case_of_yi, **NOW)),
)

KEEPERS = (
    *by("jia handler leader operator1 admin", "audit", "opens the audit at an event",
        opens("audit", event=event), "auditor"),
    *by("jia leader operator1 admin nobody", "audit", "reads the audit",
        below.reads_audit, "auditor"),
    *by("jia operator1 admin", "audit", "exports the audit", below.takes_audit, "auditor"),
    *by("jia operator1", "audit", "verifies the audit",
        below.verifies_audit, "auditor", "verified"),
    *by("jia leader operator1 auditor", "users", "opens the users at yi",
        opens("users", user="yi"), "admin"),
    *by("jia leader operator1 auditor", "users", "adds a user who sees everything",
        below.adds_user, "admin", CHANGED),
    *by("jia", "users", "gives itself Yi", below.widens_itself, "admin", CHANGED),
)

IMPORTS = (
    *by("jia handler analyst admin nobody", "import", "lists the imports", below.reads_import("batches"), "operator1"),
    *by("jia handler analyst admin nobody", "import", "reads the rows that were kept out",
        below.reads_import("rejects"), "operator1"),
    *by("jia handler analyst admin nobody", "import", "reads what the import found",
        below.reads_import("findings"), "operator1", "code_mismatch"),
    *by("jia analyst admin", "import", "reads the report of the import",
        below.reads_import("report"), "operator1"),
    *by("jia leader analyst auditor", "import", "takes the file to correct",
        below.takes_rejects, "operator1"),
    *by("jia analyst handler", "import", "opens the import on the data cloud",
        opens("data_cloud", view="batches", batch=batch), "operator1"),
    *by("others", "local channel", "calls the server with a guessed token",
        links.calls_channel, "operator1"),
    *by("others", "local channel", "reads the token with another account",
        links.reads_channel_file, "operator1", "token"),
)

# fmt: on

ATTEMPTS = (
    *URLS,
    *ROLES,
    *WIDGETS,
    *JUMP,
    *CACHES,
    *EXPORTS,
    *LINKS,
    *VIEWS,
    *PERSONS,
    *KEEPERS,
    *IMPORTS,
)
CONTROLS = {(attempt.run, attempt.owner, attempt.tell): attempt for attempt in ATTEMPTS}


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda attempt: attempt.words)
def test_nothing_of_anothers_comes_back(bench: Bench, attempt: Attempt) -> None:
    assert attempt.tell not in told(attempt.run(bench, attempt.who))


@pytest.mark.parametrize(
    "attempt", CONTROLS.values(), ids=lambda attempt: f"{attempt.way}: {attempt.owner} {attempt.tries}"
)
def test_the_owner_gets_it_by_the_same_way(bench: Bench, attempt: Attempt) -> None:
    assert attempt.tell in told(attempt.run(bench, attempt.owner))


def test_the_list_is_long_and_each_attempt_stands_in_it_once() -> None:
    words = [attempt.words for attempt in ATTEMPTS]
    assert len(words) == len(set(words))
    assert len(words) >= 120
