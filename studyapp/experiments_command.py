"""``studyapp experiments``: which proofs there are, and running one without the app."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pipeline.experiments import Call, Experiment, Observation, Report


@click.group()
def experiments() -> None:
    """List the experiments that prove answers, or run one."""


@experiments.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list instead of a table.")
def list_experiments(*, as_json: bool) -> int:
    """List the experiments: id, kind, claim."""
    from pipeline.experiments import EXPERIMENTS  # noqa: PLC0415

    if as_json:
        click.echo(json.dumps([_document(entry) for entry in EXPERIMENTS.values()], indent=2))
        return 0
    rows = [(entry.id, entry.kind.value, entry.claim) for entry in EXPERIMENTS.values()]
    id_width, kind_width = (max(len(row[column]) for row in rows) for column in (0, 1))
    for identifier, kind, claim in rows:
        click.echo(f"{identifier:<{id_width}}  {kind:<{kind_width}}  {claim}")
    return 0


def _document(experiment: Experiment) -> dict[str, object]:
    return {
        "id": experiment.id,
        "kind": experiment.kind.value,
        "claim": experiment.claim,
        "observations": dict(experiment.observations),
        "addresses": list(experiment.addresses),
    }


@experiments.command("run")
@click.argument("identifier", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document at the end.")
def run(identifier: str, *, as_json: bool) -> int:
    """Run the experiment ID, showing its calls while they are made and then what was seen.

    Exits with 0 when its claim holds, with 1 when it does not, and with 2 when there is no such
    experiment.
    """
    from pipeline.experiments import EXPERIMENTS, run_experiment  # noqa: PLC0415
    from studyapp.study.problems import perhaps  # noqa: PLC0415

    experiment = EXPERIMENTS.get(identifier)
    if experiment is None:
        remedy = perhaps(identifier, EXPERIMENTS)
        raise click.UsageError(
            f'There is no experiment "{identifier}": {remedy} (studyapp experiments list).'
        )
    if as_json:
        report = run_experiment(identifier)
        click.echo(json.dumps(report.as_document(), indent=2))
    else:
        click.echo(f"{identifier}: {experiment.claim}\n")
        report = run_experiment(identifier, tell=_print_call)
        _print_outcome(experiment, report)
    return 0 if report.holds else 1


def _print_call(happened: Call | Observation) -> None:
    """Print a call; observations are printed together when all are made."""
    from pipeline.experiments import Call  # noqa: PLC0415

    if isinstance(happened, Call):
        outcome = happened.outcome
        click.echo(f"  {happened.actor:<9}  {happened.call}: {outcome}, {happened.detail}")


def _print_outcome(experiment: Experiment, report: Report) -> None:
    click.echo()
    for observation in report.observations:
        sign = "✓ seen" if observation.holds else "✗ NOT seen"
        click.echo(f"{sign}: {observation.text} [{observation.id}]")
        click.echo(f"    {observation.seen}")
    verdict = "The claim HOLDS." if report.holds else "The claim DOES NOT HOLD."
    click.echo(f"\n{verdict} AWS documents it at:")
    for address in experiment.addresses:
        click.echo(f"  {address}")
