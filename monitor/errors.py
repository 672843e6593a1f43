"""Every error a caller may meet, in one tree.

    MonitorError                     exit 1   something failed and says what
    ├── UsageError                   exit 2   the request itself is wrong (a bad option, a URL that is none)
    ├── ConfigError                  exit 3   a configuration file, variable or credential is wrong
    ├── NotFoundError                exit 4   no such document, source, file or folder
    ├── DatabaseError                exit 5   the database cannot be used
    │   ├── DatabaseBusyError                 another process holds it
    │   ├── StatementError                    it refuses to store what one visit brought
    │   ├── TimeLimitError                    a question took longer than it may
    │   └── SchemaError              exit 8   the database is of another version of the program, or no archive at all
    ├── EvidenceError                exit 6   evidence cannot be written or read
    └── SourceError                  exit 7   a source cannot be reached, or is no source

Each carries what it is about in its message and, where a person can act, a `hint`. Interrupted commands end with 130.
"""


class MonitorError(Exception):
    """Say what failed; `hint` says what a person can do, `exit_code` is what the command returns."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(MonitorError):
    """The request itself is wrong."""

    exit_code = 2


class ConfigError(MonitorError):
    """A configuration file, environment variable or credential is wrong."""

    exit_code = 3


class NotFoundError(MonitorError):
    """There is no such document, source, file or folder."""

    exit_code = 4


class DatabaseError(MonitorError):
    """The database cannot be used."""

    exit_code = 5


class DatabaseBusyError(DatabaseError):
    """Another process holds the database for longer than the patience configured."""


class StatementError(DatabaseError):
    """The database works and refuses to store one thing; everything else can go on."""


class TimeLimitError(DatabaseError):
    """A question took longer than it may; nothing is wrong with the database."""


class SchemaError(DatabaseError):
    """The database was written by another version of the program, or is not an archive.

    A code of its own: a service that meets it need not be started again and again (RestartPreventExitStatus=).
    """

    exit_code = 8


class EvidenceError(MonitorError):
    """Evidence cannot be written or read."""

    exit_code = 6


class SourceError(MonitorError):
    """A source cannot be reached, or is nothing that can be watched."""

    exit_code = 7
