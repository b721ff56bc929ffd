"""Small case files on disk, and reading them whole."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from data.ingest.cases import CaseFile, iter_cases
from data.ingest.findings import Finding
from data.ingest.mapping import parse_mapping

NOW = dt.datetime(2026, 4, 1, 0, 0)

PLAIN_MAPPING = """
[case]
source = "test"
timezone = "Asia/Shanghai"
[case.columns]
source_case_id = "编号"
reported_at = "上报时间"
state = "状态"
[case.values.state.map]
"办结" = "closed"
"在办" = "handling"
"""


@dataclass
class Read:
    """A case file read to its end."""

    file: CaseFile
    accepted: list[dict[str, Any]]
    rejects: list[dict[str, Any]]
    findings: list[Finding]

    def rows_by_rule(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for finding in self.findings:
            counts[finding.rule] = counts.get(finding.rule, 0) + finding.rows
        return counts

    def finding(self, rule: str) -> Finding:
        (found,) = [finding for finding in self.findings if finding.rule == rule]
        return found


def read_file(path: Path, mapping: str = PLAIN_MAPPING, bounds: Any = None) -> Read:
    file = iter_cases(path, parse_mapping(mapping), NOW, bounds)
    parts = list(file.chunks)
    accepted = pa.concat_tables([part for part, _rejects in parts]).to_pylist() if parts else []
    rejects = pa.concat_tables([rejected for _part, rejected in parts]).to_pylist() if parts else []
    assert file.read == file.accepted + file.rejected == len(accepted) + len(rejects)
    return Read(file, accepted, rejects, file.findings())


@pytest.fixture
def read_cases(tmp_path: Path) -> Callable[..., Read]:
    """Reads text (or bytes) as a case file: `read_cases(text, mapping)`."""

    def read(
        content: str | bytes, mapping: str = PLAIN_MAPPING, bounds: Any = None, name: str = "cases.csv"
    ) -> Read:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_file(path, mapping, bounds)

    return read
