"""``studyapp doctor``: is this machine ready, and if not, what is to be done."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from tempfile import TemporaryFile

from studyapp.fault_log import LOG_NAME, write_log
from studyapp.first_launch import data_directory
from studyapp.sizes import LEAST_COLUMNS, LEAST_ROWS
from studyapp.study.progress import progress_file

LEAST_VERSIONS = {
    "textual": (8, 2),
    "boto3": (1, 44),
    "botocore": (1, 44),
    "moto": (5, 2, 5),
    "Pillow": (12,),
}
LEAST_PYTHON = (3, 11)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's."""

    what: str
    advice: str = ""
    """What to do; empty when nothing must be done."""

    @property
    def is_ok(self) -> bool:
        """Whether nothing must be done."""
        return not self.advice

    def line(self) -> str:
        """Return the finding as it is printed."""
        return f"ok  {self.what}" if self.is_ok else f"!!  {self.what} → {self.advice}"


def examine() -> Iterator[Finding]:
    """Yield findings as they are made; the last ones take seconds."""
    yield python_version(sys.version_info[:3])
    for package, least in LEAST_VERSIONS.items():
        yield package_version(package, least)
    yield from terminal(os.environ, is_terminal=_is_terminal())
    yield encoding(getattr(sys.stdout, "encoding", None))
    yield writable_data_directory()
    yield from sandbox()


def python_version(version: tuple[int, ...]) -> Finding:
    """Check the Python version."""
    what = f"Python {'.'.join(map(str, version))} on {platform.system()} {platform.machine()}"
    advice = "install Python 3.11 or newer" if version < LEAST_PYTHON else ""
    return Finding(what, advice)


def package_version(package: str, least: tuple[int, ...]) -> Finding:
    """Check that a package is there, and new enough."""
    wanted = ".".join(map(str, least))
    try:
        version = metadata.version(package)
    except metadata.PackageNotFoundError:
        return Finding(f"{package} is missing", "install studyapp again: pip install studyapp")
    numbers = tuple(int(part) for part in version.split(".") if part.isdecimal())
    advice = f"install {package} {wanted} or newer" if numbers < least else ""
    return Finding(f"{package} {version}", advice)


def terminal(environment: Mapping[str, str], *, is_terminal: bool) -> Iterator[Finding]:
    """Check what the terminal says of itself."""
    name = environment.get("TERM", "")
    if not is_terminal:
        yield Finding("no terminal: this output goes to a file or a pipe; the app itself needs one")
        return
    columns, rows = shutil.get_terminal_size()
    needed = f"enlarge it to {LEAST_COLUMNS}×{LEAST_ROWS} at least; 80×24 shows everything"
    is_small = columns < LEAST_COLUMNS or rows < LEAST_ROWS
    yield Finding(f"terminal of {columns}×{rows} characters", needed if is_small else "")
    if name == "dumb" or (not name and os.name != "nt"):
        shown = f"TERM={name}" if name else "TERM is not set"
        yield Finding(shown, "use another terminal, or: export TERM=xterm-256color")
    else:
        yield Finding(f"TERM={name}")
    yield _colours(environment)


def _colours(environment: Mapping[str, str]) -> Finding:
    if environment.get("NO_COLOR"):
        return Finding("NO_COLOR is set: signs and words say what colours would; pictures are grey")
    if environment.get("COLORTERM", "").lower() in {"truecolor", "24bit"}:
        return Finding("16 million colours")
    if "256" in environment.get("TERM", ""):
        return Finding("256 colours: pictures look better with COLORTERM=truecolor, if it can")
    return Finding("few colours: pictures look coarse, everything else works")


def encoding(name: str | None) -> Finding:
    """Check that the box-drawing characters can be written."""
    try:
        "─▶✓✗▤λ█".encode(name or "ascii")
    except (UnicodeEncodeError, LookupError):
        advice = "use a UTF-8 locale, or: export PYTHONUTF8=1"
        return Finding(f"output is encoded as {name}", advice)
    return Finding(f"output is encoded as {name}")


def writable_data_directory() -> Finding:
    """Check that progress could be written."""
    directory = data_directory()
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=directory) as file:
            file.write(b"written")
    except OSError as error:
        reason = error.strerror or str(error)
        return Finding(
            f"{directory} cannot be written ({reason})",
            "make it writable, or set STUDYAPP_DATA_DIR to a directory that is",
        )
    return Finding(
        f"data in {directory}: {progress_file(directory).name} keeps your progress, "
        f"{LOG_NAME} what a bug report needs"
    )


def sandbox() -> Iterator[Finding]:
    """Open a sandbox and send one photo through it."""
    try:
        yield from _sandbox()
    except Exception as error:  # noqa: BLE001 - whatever it is, the doctor must name it
        log = write_log(error)
        advice = f"report it, with {log}" if log else "report it"
        yield Finding(f"the sandbox failed: {type(error).__name__}: {error}", advice)


def _sandbox() -> Iterator[Finding]:
    seconds = _stopwatch()
    from pipeline.sandbox import Sandbox  # noqa: PLC0415
    from studyapp.uploads import samples  # noqa: PLC0415

    with Sandbox() as opened:
        yield Finding(f"sandbox open after {seconds():.1f} s")
        seconds = _stopwatch()
        sample = samples()[0]
        opened.upload(sample.path)
        opened.run_until_idle()
        thumbnails = opened.snapshot().thumbnails
        advice = "" if thumbnails == 1 else "report it: the photo did not become a thumbnail"
        yield Finding(f"{sample.path.name} became a thumbnail in {seconds():.1f} s", advice)


def _stopwatch() -> Callable[[], float]:
    started = time.monotonic()
    return lambda: time.monotonic() - started


def _is_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
