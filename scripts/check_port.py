"""Say clearly that a port cannot be served before the server starts: `check_port.py PORT`."""

import socket
import sys

HIGHEST_PORT = 65535


def main(text: str) -> int:
    """Return 0 where the loopback port is free, 2 for no port number, 1 where it is taken."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= HIGHEST_PORT:
        print(f"error: PORT was {text!r} but is expected to be a number from 1 to {HIGHEST_PORT}.")
        return 2
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError as error:
            print(f"error: port {text} of 127.0.0.1 cannot be used ({error.strerror}).")
            print(f"Stop what is using it, or take another: make run PORT={_another(int(text))}")
            return 1
    return 0


def _another(port: int) -> int:
    return port + 1 if port < HIGHEST_PORT else port - 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
