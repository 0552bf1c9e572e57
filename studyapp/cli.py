"""The commands beside the app itself."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

import studyapp
from pipeline.topology import DEFAULT, TOPOLOGY_NAMES
from studyapp import (
    authoring,
    experiments_command,
    labs_command,
    progress_command,
    quiz_command,
    walkthrough_command,
)

_FORWARDED = {"ignore_unknown_options": True, "help_option_names": []}


@click.group(name="studyapp", invoke_without_command=False)
@click.version_option(studyapp.__version__, message="%(prog)s %(version)s")
def command_line() -> None:
    """Learn AWS serverless data processing by running, breaking and repairing it.

    Without a command, studyapp opens the app in this terminal.
    """


@command_line.command()
def doctor() -> int:
    """Check this machine: versions, terminal, data directory, sandbox, one photo through."""
    from studyapp.doctor import examine  # noqa: PLC0415

    is_well = True
    for finding in examine():
        is_well = is_well and finding.is_ok
        click.echo(finding.line())
    return 0 if is_well else 1


@command_line.command()
@click.option(
    "--topology",
    type=click.Choice(TOPOLOGY_NAMES),
    default=DEFAULT,
    show_default=True,
    help="The architecture to begin with.",
)
def live(topology: str) -> int:
    """Open the app on its Live screen: bring anything in, step, break any arrow."""
    from studyapp.__main__ import has_terminal, open_app  # noqa: PLC0415 - it imports this module
    from studyapp.first_launch import data_directory  # noqa: PLC0415
    from studyapp.settings import load_settings  # noqa: PLC0415

    if not has_terminal():
        click.echo(
            "The Live screen needs a terminal. Without one: studyapp run --topology "
            f"{topology} sends something through and prints what happens.",
            err=True,
        )
        return 2
    return open_app("live", load_settings(data_directory()), topology=topology)


@command_line.command(context_settings=_FORWARDED)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def run(arguments: tuple[str, ...]) -> int:
    """Send photos through the pipeline without the app (studyapp run --help says how)."""
    from pipeline.__main__ import main  # noqa: PLC0415

    return int(main(["run", *arguments]))


command_line.add_command(quiz_command.quiz)
command_line.add_command(labs_command.labs)
command_line.add_command(progress_command.progress)
command_line.add_command(walkthrough_command.walkthrough)
command_line.add_command(authoring.check)
command_line.add_command(experiments_command.experiments)
command_line.add_command(authoring.new)
command_line.add_command(authoring.questions)


def run_command(arguments: Sequence[str]) -> int:
    """Run one command; a mistake in it is one sentence and exit status 2."""
    try:
        status = command_line.main(list(arguments), prog_name="studyapp", standalone_mode=False)
    except click.UsageError as error:
        print(f"studyapp: {error.format_message()} See: studyapp --help", file=sys.stderr)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    return int(status or 0)
