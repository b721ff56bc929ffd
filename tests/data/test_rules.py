"""The catalogue of rules: each is raised by something that reads, loads or checks."""

from __future__ import annotations

import re

from domain.rules import RULES
from tests.support.repository import ROOT

LITERAL = re.compile(r"""["']([a-z_0-9]+)["']""")


def test_every_rule_is_raised_somewhere():
    files = (path for folder in ("data", "geo") for path in sorted((ROOT / folder).rglob("*.*")))
    texts = (path.read_text(encoding="utf-8") for path in files if path.suffix in {".py", ".sql"})
    raised = {word for text in texts for word in LITERAL.findall(text)}
    assert [code for code in RULES if code not in raised] == []
