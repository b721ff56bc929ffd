"""The demo town's posts on duty: every area has its own, a few grids have none, and nobody has a name."""

from pathlib import Path

import pandas as pd

from data.demo import SPECS, DemoCity
from data.demo.duty import POSTS
from data.store import Store
from domain.actor import OPERATOR
from domain.vocabulary import Level
from queries.duty import areas_without_duty, on_duty
from tests.data.demo.facts import unmanned


def posts_of(town: DemoCity, code: str) -> pd.DataFrame:
    return town.duty[town.duty["area_code"] == code].set_index("post")


def test_a_few_grids_have_nobody_and_every_other_area_somebody(town: DemoCity) -> None:
    nobody = unmanned(town)
    assert len(nobody) == 6
    assert set(nobody) < set(town.level("grid")["code"])
    assert set(town.areas["code"]) - set(town.duty["area_code"]) == set(nobody)


def test_the_store_finds_the_same_grids(town: DemoCity, town_db: Path) -> None:
    with Store.opened(town_db) as store, store.session(OPERATOR) as session:
        assert areas_without_duty(session, Level.GRID, None)["code"].tolist() == unmanned(town)
        for level in (Level.CITY, Level.DISTRICT, Level.STREET, Level.COMMUNITY):
            assert areas_without_duty(session, level, None).empty
        stored = on_duty(session, None)
    # read as an operator's file is: nothing is lost and nothing changed on the way
    same = ["code", "post", "unit", "headcount", "shift", "contact", "area_code", "area_level"]
    pd.testing.assert_frame_equal(
        stored[same].sort_values("code", ignore_index=True).astype(object).fillna(""),
        town.duty[same].astype(object).fillna(""),
        check_dtype=False,
    )


def test_posts_of_a_community_a_village_and_a_grid(town: DemoCity) -> None:
    communities = town.level("community")
    community = communities[communities["name"].str.endswith("社区")].iloc[0]
    street = town.areas.set_index("code").loc[community["parent_code"], "name"]
    posts = posts_of(town, community["code"])
    assert {"社区书记", "社区民警", "党群工作者"} <= set(posts.index)
    assert posts.loc["社区书记", "unit"] == f"{community['name']}党委"
    assert posts.loc["社区民警", "unit"] == f"{street}派出所"
    assert posts["headcount"]["党群工作者"] in range(3, 9)
    village = communities[communities["name"].str.endswith("村")].iloc[0]
    assert {"村书记", "驻村民警"} <= set(posts_of(town, village["code"]).index)
    grids = town.duty[town.duty["area_level"] == "grid"].groupby("area_code")["post"].apply(set)
    assert all({"网格长", "专职网格员"} <= held for held in grids)


def test_larger_grids_have_more_workers(town: DemoCity) -> None:
    grids = town.level("grid").set_index("code")["households"]
    workers = town.duty[town.duty["post"] == "专职网格员"].set_index("area_code")["headcount"]
    assert set(workers) == {1, 2, 3}
    assert (
        grids[workers.index][workers.to_numpy() == 1].max()
        < grids[workers.index][workers.to_numpy() == 2].min()
    )


def test_posts_have_codes_people_and_no_person(town: DemoCity) -> None:
    duty = town.duty
    assert duty["code"].is_unique
    assert duty["headcount"].min() >= 1
    assert not duty.duplicated(["area_code", "post"]).any()
    contacts = duty["contact"].dropna()
    assert contacts.is_unique
    assert contacts.str.fullmatch(r"内线 6\d{5}").all()
    villages = {"村书记", "驻村民警"}
    assert set(duty["post"]) - villages - {"派出所所长", "警务助理"} <= {post.post for post in POSTS}


def test_only_leaders_stand_in_a_city_of_geometry_only() -> None:
    assert SPECS["province"].cases == 0
    assert {post.post for post in POSTS if post.leads} == {"值班长", "包保负责人", "社区书记", "网格长"}
