"""The ``studyapp`` command: the app when called alone, otherwise the command line's commands.

The bare call goes straight to the app and imports no command line library: the first frame does
not pay for parsing nothing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studyapp.settings import Settings

NO_TERMINAL = """\
studyapp teaches one AWS architecture, serverless data processing, by running it.
It is a terminal app, and there is no terminal here that it could draw on.

What works without one:
  studyapp quiz                answer exam questions line by line (--help: topics, exams, review)
  studyapp progress            what you know so far
  studyapp walkthrough         go through the architecture chapter by chapter, with real calls
  studyapp labs                mend what is broken, graded for least privilege (--help)
  studyapp experiments list    what can be proved, each by running it
  studyapp run PHOTO|FOLDER…   send photos through the pipeline and print what happens
  studyapp run --help          its options
  studyapp doctor              check this machine and say what to do
  studyapp --version           print the version

In a terminal, studyapp alone opens the app.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    print_what_can_be(sys.stdout)
    if arguments:
        from studyapp.cli import run_command  # noqa: PLC0415

        return run_command(arguments)
    from studyapp.first_launch import data_directory, is_first_launch  # noqa: PLC0415
    from studyapp.settings import load_settings  # noqa: PLC0415

    settings = load_settings(data_directory())
    if settings.plain or not has_terminal():
        from studyapp.plain.home import next_line  # noqa: PLC0415
        from studyapp.study.given import utc_now  # noqa: PLC0415

        print(NO_TERMINAL)
        print(next_line(data_directory(), utc_now().astimezone()))
        return 0
    return open_app("tour" if is_first_launch() else "home", settings)


def open_app(
    first: str,
    settings: Settings,
    sitting: str = "",
    topology: str = "thumbnails",
    chapter: str = "",
    *,
    lab: str = "",
) -> int:
    """Run the app in this terminal; return the exit status.

    Args:
        first: The mode that it begins with.
        settings: What the learner set.
        sitting: The id of a sitting that is shown at once; empty for none.
        topology: The architecture that Live begins with.
        chapter: The chapter that the walkthrough begins with; empty for the list of them.
        lab: The lab that is shown at once; empty for none.
    """
    from studyapp.clean_screen import clean_screen  # noqa: PLC0415

    if not settings.colours:
        os.environ.setdefault("NO_COLOR", "1")
    from studyapp.app import StudyApp  # noqa: PLC0415 - after NO_COLOR, which Textual reads once

    app = StudyApp(first, settings, sitting, topology, chapter, lab=lab)
    with clean_screen():
        app.run()
    return app.return_code or 0


def has_terminal() -> bool:
    """Return whether the app has a terminal to draw on and to read keys from.

    Textual reads standard input and draws on standard error.
    """
    if os.environ.get("TERM") == "dumb":
        return False
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return all(stream is not None and stream.isatty() for stream in streams)


def print_what_can_be(stream: object) -> None:
    """Let a stream replace the characters it has no code for, instead of failing."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")


if __name__ == "__main__":
    sys.exit(main())
