"""The vendored files are the published ones, and their name changes with their content."""

import hashlib
from pathlib import Path

from ui.vendored import ASSETS, assets_digest


def test_every_vendored_file_is_in_the_manifest_unchanged() -> None:
    lines = (ASSETS / "MANIFEST.sha256").read_text().splitlines()
    listed = {name: digest for digest, name in (line.split(maxsplit=1) for line in lines)}
    vendor = ASSETS / "vendor"
    found = {
        path.relative_to(vendor).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in vendor.rglob("*")
        if path.is_file()
    }
    assert found == listed


def test_the_readme_names_every_vendored_folder() -> None:
    readme = (ASSETS / "README.md").read_text()
    assert [path.name for path in (ASSETS / "vendor").iterdir() if path.name not in readme] == []


def test_digest_follows_content_and_name(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("1")
    first = assets_digest(tmp_path)
    (tmp_path / "a.js").write_text("2")
    second = assets_digest(tmp_path)
    (tmp_path / "a.js").rename(tmp_path / "b.js")
    assert len({first, second, assets_digest(tmp_path)}) == 3
