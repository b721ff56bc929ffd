"""权限说明 as Streamlit runs it: what stands there is what the policies answer, for every role, in both languages."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from domain import access, deeds
from domain.access import Figures
from domain.actor import Actor, demo_actor
from domain.deeds import Deed, may_do
from domain.i18n import use_language
from domain.retention import Kept
from domain.vocabulary import Role
from tests.support.pages import page
from ui import access_table, identity
from ui.access_table import NO, YES
from ui.identity import Reader
from ui.navigation import Screen, may_open

COMMUNITY = "470102001001"
HOSTILE = "<b>局*</b> [x](http://x)"
OWN, MATRIX, DEEDS, FIGURES, RULES, PERSONAL = range(6)
"""The tables in their order."""


def sign(*, allowed: bool) -> str:
    return YES if allowed else NO


def tables(app: AppTest) -> list[pd.DataFrame]:
    """The tables as they are read, without the encoder's escapes."""
    return [table.value.replace({r"\\(\W)": r"\1", "\N{WORD JOINER}": ""}, regex=True) for table in app.table]


def lines(app: AppTest) -> str:
    return "\n".join(str(element.value) for element in app.markdown).replace("\\", "")


@pytest.fixture(scope="module")
def read_db(demo_town_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo town that no test here writes to."""
    return Path(shutil.copy(demo_town_db, tmp_path_factory.mktemp("access") / "town.duckdb"))


def access_page(patch: pytest.MonkeyPatch, db: Path, actor: Actor, **query: str) -> AppTest:
    """The screen as any actor sees it, also one that the demo mode does not offer."""
    patch.setattr(identity, "_demo_reader", lambda: Reader(actor, None))
    app = page(patch, db, "access", **query)
    assert [item.value for item in app.exception] == []
    return app


@pytest.mark.parametrize("role", Role)
def test_the_page_says_what_the_policies_answer(
    opened: pytest.MonkeyPatch, read_db: Path, role: Role
) -> None:
    found = tables(access_page(opened, read_db, demo_actor(role)))
    own = found[OWN].iloc[:, 1:].to_numpy().tolist()
    mine = [may_do(demo_actor(role), deed) for deed in Deed]
    mine += [access.may_see(demo_actor(role), figures) for figures in Figures]
    assert own == [[sign(allowed=verdict.allowed), verdict.words] for verdict in mine]
    matrix = found[MATRIX].to_numpy().tolist()
    others = [item for item in Role if item is not role]
    assert [row[0] for row in matrix] == [f"★ {role.label}", *(item.label for item in others)]
    assert [row[1:] for row in matrix] == [
        [sign(allowed=may_do(Actor("x", frozenset({item})), deed).allowed) for deed in Deed]
        for item in (role, *others)
    ]


def test_every_answer_has_its_reason_and_each_role_stands_in_one_answer(
    opened: pytest.MonkeyPatch, read_db: Path
) -> None:
    found = tables(access_page(opened, read_db, demo_actor(Role.LEADER)))
    for place, policy, matters in ((DEEDS, deeds.verdicts(), Deed), (FIGURES, access.verdicts(), Figures)):
        told = {
            (role, matter): (allowed, reason)
            for matter, allowed, roles, reason in found[place].to_numpy().tolist()
            for role in roles.split("、")
        }
        assert told == {
            (role.label, matter.label): (sign(allowed=verdict.allowed), verdict.words)
            for (role, matter), verdict in policy.items()
        }
        assert len(told) == len(Role) * len(matters)
    rules = found[RULES].to_numpy().tolist()
    assert rules == [[sign(allowed=rule.allowed), rule.words] for rule in access.rules()]
    assert any("减去自己" in reason for _allowed, reason in rules)
    assert any("逐字试出" in reason for _allowed, reason in rules)


def test_personal_values_have_their_terms(opened: pytest.MonkeyPatch, read_db: Path) -> None:
    opened.setenv("ONEGRID_RETENTION_PHONE_DAYS", "1")
    opened.setenv("ONEGRID_RETENTION_ADDRESS_DAYS", "0")
    rows = tables(access_page(opened, read_db, demo_actor(Role.LEADER)))[PERSONAL].to_numpy().tolist()
    assert [row[0] for row in rows] == [kept.label for kept in Kept]
    told = {row[0]: row[2] for row in rows}
    assert told[Kept.PHONE.label] == "案件办结后 1 天"
    assert told[Kept.ADDRESS.label] == "一直保留"
    assert told[Kept.REJECTS.label] == "导入后 180 天"


@pytest.mark.parametrize(
    ("actor", "said"),
    [
        (demo_actor(Role.LEADER), ["全部区划的，没有落区的案件也在内", "您的角色：领导。"]),
        (demo_actor(Role.SECRETARY, COMMUNITY), [f"社区 {COMMUNITY}的，其下各级也在内"]),
        (demo_actor(Role.SECRETARY, "999999999999"), ["：999999999999的"]),  # an area that is no more
        (demo_actor(Role.DEPARTMENT_HANDLER, department=HOSTILE), [f"承办部门是{HOSTILE}的"]),
        (demo_actor(Role.AUDITOR), ["一件案件也看不到"]),
        (Actor("nobody", frozenset()), ["您的角色：没有角色。", "一件案件也看不到"]),
    ],
    ids=lambda item: item.login if isinstance(item, Actor) else "",
)
def test_whose_rows_one_sees_in_words(
    opened: pytest.MonkeyPatch, read_db: Path, actor: Actor, said: list[str]
) -> None:
    shown = lines(access_page(opened, read_db, actor)).replace("\N{WORD JOINER}", "")
    assert [words for words in said if words not in shown] == []
    assert "区划的边界和名称：全部的，人人可看。" in shown


def test_several_roles_stand_first_and_a_wall_screen_only_looks(
    opened: pytest.MonkeyPatch, read_db: Path
) -> None:
    wall = Actor("wall", frozenset({Role.OPERATOR, Role.ANALYST}), frozenset({COMMUNITY}), read_only=True)
    found = tables(access_page(opened, read_db, wall))
    assert found[MATRIX].iloc[:3, 0].tolist() == ["★ 分析员", "★ 数据管理员", "领导"]
    assert found[OWN].iloc[: len(Deed), 1].tolist() == [YES, *[NO] * (len(Deed) - 1)]
    assert found[OWN].iloc[1, 2] == deeds.WALL_SCREEN.words


def test_in_english_on_an_empty_database(opened: pytest.MonkeyPatch, tmp_path: Path) -> None:
    app = access_page(opened, tmp_path / "empty.duckdb", demo_actor(Role.SECRETARY, COMMUNITY), lang="en")
    assert [head.value for head in app.subheader][:3] == ["Your rights", "Which role may do what", "Why"]
    with use_language("en"):
        assert tables(app)[MATRIX].columns.tolist() == ["Role", *(deed.label for deed in Deed)]
    assert f"of {COMMUNITY} and everything below" in lines(app)


def test_everybody_may_open_it() -> None:
    assert all(may_open(Actor("x", frozenset({role})), Screen.ACCESS).allowed for role in Role)
    assert may_open(Actor("x", frozenset()), Screen.ACCESS).allowed


def test_no_deed_is_without_a_label_a_verdict_and_a_reason() -> None:
    """What a new deed, figure or personal value needs; `verdicts` raises KeyError for a deed without its refusal."""
    assert set(deeds._LABELS) == set(deeds._REFUSED) == set(Deed)
    assert {deed for (_role, deed), verdict in deeds.verdicts().items() if verdict.allowed} == set(Deed)
    assert {figures for _role, figures in access.verdicts()} == set(access._LABELS) == set(Figures)
    assert set(access_table._MASKED) == set(Kept)
    assert all(verdict.words for verdict in (*deeds.verdicts().values(), *access.verdicts().values()))
