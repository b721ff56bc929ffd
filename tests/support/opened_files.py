"""Exported files as other programs read them: CSV by Python, XLSX by calamine, Parquet by Arrow, the rest by GDAL."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook

LONGEST_CELL = 2_000_000


def records(path: Path) -> list[dict[str, Any]]:
    """The rows of a file by column; of a workbook those of its first sheet."""
    if path.suffix == ".csv":
        csv.field_size_limit(LONGEST_CELL)
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return list(csv.DictReader(lines))
    if path.suffix == ".xlsx":
        header, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        return [dict(zip(map(str, header), row, strict=True)) for row in rows]
    if path.suffix == ".parquet":
        found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
        return found
    frame = gpd.read_file(path)
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def about(path: Path) -> dict[str, Any]:
    """The description beside a file."""
    found: dict[str, Any] = json.loads(path.with_name(f"{path.name}.about.json").read_text("utf-8"))
    return found
