"""What stops the server from starting is one sentence, not a trace."""

import subprocess
import sys
from pathlib import Path

import pytest

from data.store import Store
from tests.support.repository import ROOT
from tests.support.server import free_port, product_environment


def test_a_second_server_on_one_database_says_so(tmp_path: Path):
    db = tmp_path / "held.duckdb"
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.headless=true"]
    command += ["--server.address=127.0.0.1", f"--server.port={free_port()}"]
    with Store.opened(db):
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=product_environment(db, language="en"),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "held.duckdb" in said
    assert "Traceback" not in said


ALL = "0.0.0.0"  # noqa: S104 -- refusing it is the point
WEAK = """[auth]
redirect_uri = "http://127.0.0.1:8501/oauth2callback"
cookie_secret = "please-change-me-before-production-use"
client_id = "onegrid"
client_secret = "s"
server_metadata_url = "http://127.0.0.1:9/.well-known/openid-configuration"
"""


@pytest.mark.parametrize(
    ("settings", "options", "secrets", "said"),
    [
        ({"login": "demo"}, {"address": ALL}, "", "ONEGRID_LOGIN=demo"),
        ({"login": "proxy"}, {"address": ALL}, "", "ONEGRID_LOGIN=proxy"),
        ({"login": "oidc"}, {}, "", "[auth]"),
        ({"login": "oidc"}, {}, WEAK, "cookie_secret"),
        ({"login": "demo"}, {"enableAgentApi": "true"}, "", "server.enableAgentApi"),
        ({"login": "everybody"}, {}, "", "ONEGRID_LOGIN='everybody'"),
        ({"threads": "0", "idle_minutes": "x"}, {}, "", "ONEGRID_THREADS='0', ONEGRID_IDLE_MINUTES='x'"),
    ],
)
def test_a_server_that_would_let_strangers_in_does_not_start(
    tmp_path: Path, settings: dict[str, str], options: dict[str, str], secrets: str, said: str
):
    told = {"headless": "true", "address": "127.0.0.1", "port": str(free_port()), **options}
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py"]
    command += [f"--server.{name}={value}" for name, value in told.items()]
    (tmp_path / "secrets.toml").write_text(secrets, encoding="utf-8")
    environment = product_environment(tmp_path / "new.duckdb", language="en", **settings)
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment | {"STREAMLIT_SECRETS_FILES": str(tmp_path / "secrets.toml")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    written = done.stdout + done.stderr
    assert done.returncode != 0
    assert said in written
    assert "Traceback" not in written
    assert "please-change-me" not in written  # a secret is never told, not even a bad one
    assert not (tmp_path / "new.duckdb").exists()  # nothing was opened
