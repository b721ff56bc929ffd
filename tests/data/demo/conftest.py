"""The town-scale demo city and its cases, made once a session."""

import pandas as pd
import pyarrow as pa
import pytest

from data.demo import DemoCity, Planted, build, cases, planted
from tests.data.demo.facts import placed


@pytest.fixture(scope="session")
def town() -> DemoCity:
    return build("town")


@pytest.fixture(scope="session")
def town_planted(town: DemoCity) -> Planted:
    return planted(town)


@pytest.fixture(scope="session")
def town_table(town: DemoCity) -> pa.Table:
    return pa.concat_tables(cases(town))


@pytest.fixture(scope="session")
def town_cases(town: DemoCity, town_table: pa.Table) -> pd.DataFrame:
    return placed(town, town_table)
