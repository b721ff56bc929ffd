"""An import of more than one row group of the database (122,880 rows) is seen at once by whoever reads on.

DuckDB hides a large insert that follows an insert of no rows into the same table in one transaction until the file
is opened again: the loader must never do that.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from data.store import Store
from domain.actor import OPERATOR
from queries import cloud
from tests.support.small_city import at, case, import_cases, one, write_cases

ROWS = 130_000
REPORTED = datetime(2026, 3, 1, 0, 0)  # UTC


@pytest.mark.slow
def test_a_large_import_is_there_at_once_and_known_again(city: Store, tmp_path: Path):
    file = write_cases(tmp_path / "large.csv", (case(n, tel=n, **at(n % 4, n // 4 % 4)) for n in range(ROWS)))
    first = import_cases(city, file)
    assert (first["inserted"], first["area_source"]["point"]) == (ROWS, ROWS)
    with city.session(OPERATOR) as session:
        (source,) = cloud.sources(session)
        assert source.cases == ROWS
        assert source.data_end == session.city.data_end == REPORTED
    assert one(city, "select count(phone) from case_person") == ROWS
    again = import_cases(city, file)
    assert (again["inserted"], again["updated"], again["unchanged"]) == (0, 0, ROWS)
