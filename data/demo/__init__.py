"""The demo city 云州市: pure, deterministic generators (docs/demo-city.md lists what is planted in it)."""

from data.demo.assessments import assessments
from data.demo.builder import build
from data.demo.model import DemoCity
from data.demo.planting import Planted
from data.demo.scale import AS_OF, SEED, SPECS, TIMEZONE, Scale
from data.demo.stream import CHUNK_ROWS, cases, planted
from data.demo.tables import SCHEMA as CASE_SCHEMA

__all__ = [
    "AS_OF",
    "CASE_SCHEMA",
    "CHUNK_ROWS",
    "SEED",
    "SPECS",
    "TIMEZONE",
    "DemoCity",
    "Planted",
    "Scale",
    "assessments",
    "build",
    "cases",
    "planted",
]
