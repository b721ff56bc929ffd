"""What can go wrong, as one tree; each error says what was seen, what was expected and what to do.

OneGridError
├── InputRefused(ValueError)     the file, value or request cannot be taken as it is          exit 1
│   ├── UnknownCrs               a coordinate system is missing, unknown or does not fit
│   └── NotFound(LookupError)    a batch, an area, a file that is not there
├── StoreUnavailable             the database cannot be opened: newer, damaged, not ours      exit 1
│   └── StoreLocked              another process has it open                                   exit 1
├── Conflict                     changed by someone else meanwhile: reload and try again      exit 1
├── NotAllowed(PermissionError)  the actor may not do this                                     exit 1
└── Cancelled                    stopped on request; nothing was changed                       exit 130

Messages are for people and pass through gettext; they never repeat a personal value.
"""


class OneGridError(Exception):
    """Base of all errors that are meant to be read by a person.

    `message` says what was seen and what was expected, `remedy` what to do about it.
    """

    exit_code = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class InputRefused(OneGridError, ValueError):
    """The input cannot be taken as it is; nothing was changed."""


class UnknownCrs(InputRefused):
    """A coordinate system is missing, unknown, or does not fit the coordinates."""


class NotFound(InputRefused, LookupError):
    """Something named in the request does not exist."""


class StoreUnavailable(OneGridError):
    """The database cannot be opened."""


class StoreLocked(StoreUnavailable):
    """Another process has the database open."""


class Conflict(OneGridError):
    """Somebody else changed the same thing meanwhile."""


class NotAllowed(OneGridError, PermissionError):
    """The actor may not do this."""


class Cancelled(OneGridError):
    """Stopped on request; nothing was changed."""

    exit_code = 130


ERRORS_BY_NAME: dict[str, type[OneGridError]] = {
    kind.__name__: kind
    for kind in (
        OneGridError,
        InputRefused,
        UnknownCrs,
        NotFound,
        StoreUnavailable,
        StoreLocked,
        Conflict,
        NotAllowed,
        Cancelled,
    )
}
"""By class name, so that an error keeps its kind when it crosses the operator's local channel."""
