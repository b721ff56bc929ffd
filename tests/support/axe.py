"""axe-core in an open page: what breaks a rule of WCAG 2.1, level A or AA, in the page and in its frames.

The rules come as one script inside a Python package; nothing is fetched. The page's own policy refuses foreign
scripts, so the window has to be opened with `bypass_csp`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import axe_playwright_python  # type: ignore[import-untyped]
from playwright.sync_api import Page

SERIOUS = ("serious", "critical")

_RUN = """async () => {
    const found = await axe.run(document, {
        runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
        resultTypes: ["violations"],
    });
    if (found.passes.length < 10) throw new Error("axe has looked at next to nothing");
    return found.violations.flatMap(({id, impact, nodes}) => nodes.map((node) => [
        id, node.impact || impact, node.target.flat().join(" >>> "), node.html, node.failureSummary,
    ]));
}"""


@dataclass(frozen=True)
class Finding:
    """One element that breaks a rule; `selector` begins with the frame that the element stands in."""

    rule: str
    impact: str
    selector: str
    html: str
    told: str

    def __str__(self) -> str:
        return f"{self.rule} ({self.impact}) at {self.selector}\n  {self.html[:300]}\n  {self.told}"


@dataclass(frozen=True)
class Reviewed:
    """Findings in markup that is not ours: the rule, where (a regular expression on the selector), and why."""

    rule: str
    selector: str
    why: str

    def covers(self, finding: Finding) -> bool:
        """Whether the finding is one of those that were looked at."""
        return finding.rule == self.rule and re.search(self.selector, finding.selector) is not None


def findings(page: Page) -> list[Finding]:
    """What breaks a rule now; serious findings only."""
    for frame in page.frames:
        if frame.evaluate("() => window.axe === undefined"):
            frame.evaluate(_script())
    found = [Finding(*each) for each in page.evaluate(_RUN)]
    return [finding for finding in found if finding.impact in SERIOUS]


@cache
def _script() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
