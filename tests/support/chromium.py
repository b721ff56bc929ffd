"""Find the Chromium that browser tests drive; `python -m tests.support.chromium` prints its path.

Only the standard library: the installer script asks here before playwright is of any use.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
ARGUMENTS = (
    "--no-sandbox",  # containers run as root, where Chromium refuses its sandbox
    "--disable-gpu",
    "--disable-dev-shm-usage",  # containers give /dev/shm 64 MB
    "--disable-background-networking",  # else Chromium itself calls home and the offline test fails
)


class ChromiumMissingError(RuntimeError):
    """No browser to drive; browser tests fail with this instead of being skipped."""


def chromium_path() -> str:
    """Path of the browser: the one CHROMIUM names, else the first that is installed.

    Raises:
        ChromiumMissingError: There is none, or CHROMIUM names something that is not there.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        found = shutil.which(named)
        if found is None:
            message = f"CHROMIUM was {named!r}, which is no program on this machine."
            raise ChromiumMissingError(message)
        return found
    installed = [path for path in map(shutil.which, NAMES) if path]
    installed += [str(path) for path in PLACES if path.exists()]
    if not installed:
        message = (
            f"No Chromium found (looked for {', '.join(NAMES)}). `make browser` installs one with the "
            "system's package manager; or name yours: CHROMIUM=/path/to/chromium make test"
        )
        raise ChromiumMissingError(message)
    return installed[0]


if __name__ == "__main__":
    try:
        print(chromium_path())  # noqa: T201  (the command's whole purpose)
    except ChromiumMissingError as error:
        sys.exit(f"error: {error}")
