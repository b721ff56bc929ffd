"""The signature that an address carries: own routes do not pass Streamlit's sign-in, so each one checks it."""

from starlette.requests import Request

from domain.signing import Signature

_WINDOW_DIGITS = 9


def signature_of(request: Request) -> Signature:
    """The signature in the query of a URL; one that no signer accepts where there is none."""
    window = request.query_params.get("w", "")
    is_number = window.isascii() and window.isdigit() and len(window) <= _WINDOW_DIGITS
    return Signature(window=int(window) if is_number else -1, mac=request.query_params.get("s", ""))
