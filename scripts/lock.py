"""Write constraints.txt: the exact version of everything that requirements*.txt pulls in here.

It walks the metadata of the running environment from the direct requirements down, so a package that
merely happens to be installed is left out.
"""

import sys
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
SOURCES = ("requirements.txt", "requirements-dev.txt")
HEADER = """\
# Every package that requirements*.txt pull in, pinned exactly: pip install … -c constraints.txt.
# Written by `make lock`; not edited by hand.
"""


def direct_requirements() -> list[Requirement]:
    """The requirements named in the requirements files."""
    lines = [line for name in SOURCES for line in (ROOT / name).read_text().splitlines()]
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]


def closure(wanted: list[Requirement]) -> dict[str, str]:
    """Version by canonical name of all that `wanted` needs on this platform."""
    found: dict[str, str] = {}
    waiting = list(wanted)
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name in found:
            continue
        installed = distribution(requirement.name)
        found[name] = installed.version
        needed = map(Requirement, installed.requires or ())
        waiting += [one for one in needed if one.marker is None or one.marker.evaluate({"extra": ""})]
    return found


def main() -> None:
    """Write the file and say how many packages it pins."""
    found = closure(direct_requirements())
    lines = [f"{name}=={version}\n" for name, version in sorted(found.items())]
    (ROOT / "constraints.txt").write_text(HEADER + "".join(lines))
    print(f"constraints.txt: {len(lines)} packages", file=sys.stderr)


if __name__ == "__main__":
    main()
