"""The vendored scripts and styles: where they are, and a name for their content.

Apart from the module that uses them, because streamlit-folium may only be imported once Streamlit's runtime
exists (its component is not found otherwise), and the server needs these two before that.
"""

import hashlib
from pathlib import Path

ASSETS = Path(__file__).parent / "assets"


def assets_digest(directory: Path = ASSETS) -> str:
    """A short name for the content of all files below a directory."""
    digest = hashlib.sha256()
    for path in sorted(item for item in directory.rglob("*") if item.is_file()):
        digest.update(path.relative_to(directory).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]
