"""The file that progress is kept in: opening it, bringing it up to date, setting it aside."""

from __future__ import annotations

import datetime as dt
import itertools
import sqlite3
import time
from contextlib import ExitStack, closing
from importlib import resources
from pathlib import Path

from studyapp.study.store_errors import is_busy

SCHEMAS = ("schema.sql", "schema_2.sql", "schema_3.sql")
"""What each version adds to the one before; a file says its own as SQLite's user_version."""

VERSION = len(SCHEMAS)
"""Of the schema."""

BUSY_SECONDS = 5.0
"""How long another copy of the app may hold the file before one gives up."""

PAUSE_SECONDS = 0.005
"""Between two tries of what SQLite does not wait for by itself."""

_READ_ONLY = ("mode=ro", "mode=ro&immutable=1")
"""How a file is opened to be read: first with what is written ahead, which needs a directory that
can be written; then without."""

_MAGIC = b"SQLite format 3\0"
"""How a file of SQLite begins: https://www.sqlite.org/fileformat2.html"""


class NewerError(Exception):
    """A newer version of the app wrote the file."""


def connected(path: str | Path, *, is_uri: bool = False) -> sqlite3.Connection:
    """Return a connection whose transactions are begun and ended by hand."""
    connection = sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, uri=is_uri
    )
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def ready(path: Path) -> sqlite3.Connection:
    """Return a connection to a sound file of this version.

    Raises:
        NewerError: The file is of a newer version.
        sqlite3.DatabaseError: It is damaged, held by another or cannot be used.
    """
    _look_at(path)
    connection = connected(path)
    with ExitStack() as undo:
        undo.callback(connection.close)
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous = FULL")
        _check(connection, path)
        migrate(connection)
        _try_to_write(connection)
        undo.pop_all()
    return connection


def _look_at(path: Path) -> None:
    """Refuse what is no database before SQLite throws away what was written beside it."""
    try:
        with path.open("rb") as file:
            beginning = file.read(len(_MAGIC))
    except OSError:
        return  # SQLite says more precisely what is amiss, and makes a file where there is none
    if beginning not in {b"", _MAGIC}:
        raise sqlite3.DatabaseError("malformed: this is no database")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Have the file written ahead; for another copy that is just doing so, SQLite does not wait."""
    last = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > last:
                raise
            time.sleep(PAUSE_SECONDS)
        else:
            return


def _try_to_write(connection: sqlite3.Connection) -> None:
    """Find out now whether nothing can be written; another copy that writes is no reason."""
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(f"PRAGMA user_version = {VERSION}")  # beginning alone is allowed
        connection.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        if not is_busy(error):
            raise
    finally:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")


def _check(connection: sqlite3.Connection, path: Path) -> None:
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise sqlite3.DatabaseError(f"malformed: {found}")
    if _version(connection) > VERSION:
        raise NewerError(f"{path} was written by a newer studyapp and is left as it is.")


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a file to the version of this app, from nothing or from any earlier one.

    A file that is up to date is not written to, so that it opens while another copy writes.
    """
    if _version(connection) == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    # Another copy may have done it while this one waited.
    for schema in SCHEMAS[_version(connection) :]:
        text = resources.files("studyapp.study").joinpath(schema).read_text("utf-8")
        for statement in text.split(";\n"):
            if statement.strip():
                connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def copied(path: Path) -> sqlite3.Connection:
    """Return a copy in memory of what can be read of a file, of nothing where that is nothing."""
    for way in _READ_ONLY:
        copy = connected(":memory:")
        try:
            with closing(connected(f"{path.absolute().as_uri()}?{way}", is_uri=True)) as source:
                source.execute("PRAGMA busy_timeout = 0")
                _check(source, path)
                source.backup(copy)
            migrate(copy)
        except (NewerError, sqlite3.Error):
            copy.close()
        else:
            return copy
    copy = connected(":memory:")
    migrate(copy)
    return copy


def set_aside(path: Path, now: dt.datetime) -> Path:
    """Give a damaged file another name, which is returned; ``OSError`` when that fails.

    What SQLite keeps beside the file goes first: it must not be found beside a new one.
    """
    aside = _unused(path.with_name(f"{path.stem}-damaged-{now:%Y%m%d-%H%M%S}{path.suffix}"))
    for ending in ("-wal", "-shm", ""):
        part = path.with_name(path.name + ending)
        if part.exists():
            part.rename(aside.with_name(aside.name + ending))
    return aside


def _unused(path: Path) -> Path:
    """Return a path at which nothing is, so that nothing is replaced."""
    others = (path.with_name(f"{path.stem}-{n}{path.suffix}") for n in itertools.count(2))
    return next(free for free in itertools.chain((path,), others) if not free.exists())
