"""The first command of a newcomer works or says clearly what is missing; nothing hides a test."""

from __future__ import annotations

import ast
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import check_port
from tests.support.chromium import ChromiumMissingError, chromium_path
from tests.support.repository import ROOT, dotted_name, relative, tree_of


def bootstrap(folder: Path, path: str) -> subprocess.CompletedProcess[str]:
    """Run scripts/bootstrap.sh where nothing but `path` is on PATH."""
    shell = shutil.which("sh")
    assert shell
    return subprocess.run(
        [shell, "scripts/bootstrap.sh", str(folder / "venv"), "requirements.txt"],
        cwd=ROOT,
        env={"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def program(folder: Path, name: str, script: str) -> None:
    """Put an executable shell script on the path of a test."""
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(f"#!{shutil.which('sh')}\n{script}\n")
    file.chmod(0o755)


def test_no_python_is_told(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    done = bootstrap(tmp_path, str(tmp_path / "bin"))
    assert done.returncode == 1
    assert "Python 3.11 or later is needed, found: no python3 at all" in done.stderr


def test_an_old_python_is_told(tmp_path: Path) -> None:
    program(tmp_path / "bin", "python3", '[ "$1" = --version ] && echo "Python 3.9.2"; exit 1')
    done = bootstrap(tmp_path, str(tmp_path / "bin"))
    assert done.returncode == 1
    assert "Python 3.11 or later is needed, found: Python 3.9.2" in done.stderr


def test_a_python_without_venv_is_told_with_its_package(tmp_path: Path) -> None:
    script = f'case "$2" in *ensurepip*) exit 1;; esac; exec "{sys.executable}" "$@"'
    program(tmp_path / "bin", "python3.11", script)
    done = bootstrap(tmp_path, str(tmp_path / "bin"))
    number = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert done.returncode == 1
    assert f"apt-get install python{number}-venv" in done.stderr


def find_or_install_browser(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run scripts/browser.sh on a machine that has only the programs in `folder`."""
    for tool in ("sh", "env", "uname"):
        real = shutil.which(tool)
        assert real
        (folder / tool).symlink_to(real)
    program(folder, "id", "echo 0")
    program(folder, "fc-list", "echo NotoSansCJK.ttc")
    return subprocess.run(
        [folder / "sh", "scripts/browser.sh", sys.executable],
        cwd=ROOT,
        env={"PATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_missing_browser_is_installed(tmp_path: Path) -> None:
    """A package manager that puts a program where it was asked for one."""
    browser = tmp_path / "bin" / "chromium"
    install = f': >"{browser}"; {shutil.which("chmod")} +x "{browser}"'
    script = f'echo "$@" >>"{tmp_path}/asked"; case "$*" in *install*chromium*) {install};; esac'
    program(tmp_path / "bin", "apt-get", script)
    done = find_or_install_browser(tmp_path / "bin")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == str(browser)
    asked = (tmp_path / "asked").read_text().splitlines()
    assert asked[0] == "update -q"
    assert len(asked) == 2  # the font was there


def test_a_browser_that_cannot_be_installed_is_told(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    done = find_or_install_browser(tmp_path / "bin")
    assert done.returncode == 1
    assert "no known package manager (apt-get, dnf, pacman, apk, brew)" in done.stderr
    assert "No Chromium found" in done.stderr


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("0", 2, "PORT was '0'"),
        ("eighty", 2, "PORT was 'eighty'"),
        ("65536", 2, "expected to be a number from 1 to 65535"),
    ],
)
def test_a_wrong_port_is_told(text: str, code: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert check_port.main(text) == code
    assert said in capsys.readouterr().out


def test_a_port_in_use_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert check_port.main(str(port)) == 1
    said = capsys.readouterr().out
    assert f"port {port} of 127.0.0.1 cannot be used" in said
    assert "make run PORT=" in said
    assert check_port.main(str(port)) == 0


def test_a_named_browser_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "no-such-browser")
    with pytest.raises(ChromiumMissingError, match="CHROMIUM was 'no-such-browser'"):
        chromium_path()


def test_no_browser_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("tests.support.chromium.PLACES", ())
    with pytest.raises(ChromiumMissingError, match="make browser"):
        chromium_path()


def skips(tree: ast.Module) -> list[int]:
    """Lines that leave a test out under some condition."""
    names = {"skip", "skipif", "importorskip", "xfail", "skipTest"}
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in names
        and dotted_name(node).startswith(("pytest.", "unittest.", "self."))
    ]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("pytest.skip('no browser')", True),
        ("@pytest.mark.skipif(True, reason='x')\ndef test(): ...", True),
        ("numpy = pytest.importorskip('numpy')", True),
        ("parser.skip(3)", False),
    ],
)
def test_rule_on_skips(code: str, *, told: bool) -> None:
    assert bool(skips(ast.parse(code))) is told


def test_no_test_is_ever_skipped() -> None:
    files = sorted((ROOT / "tests").rglob("*.py"))
    assert len(files) > 10
    assert {relative(path): lines for path in files if (lines := skips(tree_of(path)))} == {}


def test_browser_tests_carry_their_marker() -> None:
    """`make test` runs two halves: what stands in tests/browser must be in the second."""
    files = sorted((ROOT / "tests" / "browser").glob("test_*.py"))
    assert files
    unmarked = [
        relative(path) for path in files if "pytestmark = pytest.mark.browser" not in path.read_text()
    ]
    assert unmarked == []


def test_scripts_are_executable_and_plain_sh() -> None:
    scripts = [*(ROOT / "scripts").glob("*.sh"), ROOT / ".ci" / "run"]
    assert len(scripts) == 3
    assert [relative(path) for path in scripts if not os.access(path, os.X_OK)] == []
