"""What `streamlit run dashboard.py` starts: the screens, the HTTP routes beside them and the headers.

This is the one place where the screens' side and the HTTP side meet.
"""

import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import streamlit as st

from domain.clock import machine_now
from domain.errors import OneGridError
from domain.i18n import use_language
from domain.settings import settings
from server import app as http
from server.operator.channel import ChannelServer
from server.operator.verbs import run
from ui import exports, layers, messages, ready, siting_jobs, storage, vendored
from ui.cloud import work

ROUTER = Path(__file__).parent / "ui" / "router" / "router.py"

try:
    # before anything listens, so that a refusal is one line and no trace of a half-started server
    use_language(settings().language)
    ready.require_ready()
    storage.open_store()
except OneGridError as refused:
    sys.exit(str(refused))

opened = ExitStack()


def prepare() -> None:
    """Open the database, and the operator's door to it."""
    store = storage.open_store()
    opened.callback(storage.close_store)
    work.uploads(store).sweep()
    opened.callback(work.close)
    exports.open_depot(store)
    opened.callback(exports.close)
    opened.callback(siting_jobs.close)
    opened.callback(ChannelServer(store.path, partial(run, store)).close)


backend = http.Backend(
    assets=vendored.ASSETS,
    assets_digest=vendored.assets_digest(),
    provider=layers.SHELF.get,
    export_files=exports.DEPOT.get,
    signer=layers.signer(),
    now=machine_now,
    prepare=prepare,
    close=opened.close,
    tile_url=settings().tile_url,
    login=settings().login,
    proxy_header=settings().proxy_header,
    note_spoofing=ready.note_spoofing,
)

app = st.App(
    str(ROUTER),
    routes=http.routes(backend),
    middleware=http.middleware(backend),
    lifespan=http.lifespan(backend),
    on_script_error=messages.on_script_error,
)
