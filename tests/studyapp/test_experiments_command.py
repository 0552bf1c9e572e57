"""What ``studyapp experiments`` prints, and how it ends."""

from __future__ import annotations

import dataclasses
import json
from types import MappingProxyType

import click
import pytest
from click.testing import CliRunner, Result

from pipeline import experiments as catalogue
from pipeline.experiments import EXPERIMENTS, Report
from studyapp.experiments_command import experiments


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(experiments, arguments, standalone_mode=False)


@pytest.fixture
def _a_false_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put an experiment whose claim does not hold in place of another."""
    true = EXPERIMENTS["sts-limits"]

    def run(tell: catalogue.Tell) -> Report:
        report = true.run(tell)
        first, *rest = report.observations
        wrong = dataclasses.replace(first, holds=False)
        return dataclasses.replace(report, observations=(wrong, *rest))

    false = dataclasses.replace(true, run=run)
    monkeypatch.setattr(
        catalogue, "EXPERIMENTS", MappingProxyType({**EXPERIMENTS, "sts-limits": false})
    )


def test_the_list_has_id_kind_and_claim_of_every_experiment_in_columns() -> None:
    lines = _run("list").output.splitlines()

    assert len(lines) == len(EXPERIMENTS)
    claims_begin = set()
    for line, experiment in zip(lines, EXPERIMENTS.values(), strict=True):
        identifier, kind, claim = line.split(maxsplit=2)
        assert (identifier, kind, claim) == (experiment.id, experiment.kind, experiment.claim)
        claims_begin.add(line.index(claim))
    assert len(claims_begin) == 1, "the claims stand below each other"


def test_the_list_as_json_has_the_observations_and_addresses_too() -> None:
    documents = json.loads(_run("list", "--json").output)

    assert [document["id"] for document in documents] == list(EXPERIMENTS)
    (found,) = (d for d in documents if d["id"] == "missing-key-403-or-404")
    assert found["kind"] == "sandbox"
    assert found["observations"]["with-list-404"] == "who may list the bucket gets NoSuchKey"
    assert found["addresses"] == [
        "https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html"
    ]


def test_a_run_prints_the_calls_then_what_was_seen_then_the_verdict() -> None:
    result = _run("run", "missing-key-403-or-404")

    assert result.return_value == 0
    calls = result.output.index("  session    s3:GetObject: NoSuchKey, The specified key")
    seen = result.output.index(
        "✓ seen: who may list the bucket gets NoSuchKey [with-list-404]\n    answer: NoSuchKey\n"
    )
    verdict = result.output.index("The claim HOLDS. AWS documents it at:\n  https://docs.aws")
    assert calls < seen < verdict
    assert "NOT" not in result.output


@pytest.mark.usefixtures("_a_false_claim")
def test_a_claim_that_does_not_hold_exits_with_1_and_says_which_observation() -> None:
    result = _run("run", "sts-limits")

    assert result.return_value == 1
    assert "✗ NOT seen: a role's session lasts 900 to 43,200 seconds" in result.output
    assert "✓ seen: its default is 3,600 seconds" in result.output
    assert "The claim DOES NOT HOLD." in result.output


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_an_unknown_id_is_a_usage_error_that_names_the_nearest(options: tuple[str, ...]) -> None:
    result = _run("run", "missing-key-403-or-405", *options)

    assert isinstance(result.exception, click.UsageError)
    assert result.exception.exit_code == 2
    assert result.exception.format_message() == (
        'There is no experiment "missing-key-403-or-405": perhaps missing-key-403-or-404 is meant '
        "(studyapp experiments list)."
    )


def test_a_run_as_json_prints_one_document_and_nothing_else() -> None:
    result = _run("run", "scp-beats-administrator", "--json")

    document = json.loads(result.output)
    assert document["experiment"] == "scp-beats-administrator"
    assert document["holds"] is True
    assert [call["outcome"] for call in document["calls"]] == [
        "allowed",
        "ExplicitlyDenied",
        "ExplicitlyDenied",
        "ImplicitlyDenied",
    ]
    assert result.return_value == 0


@pytest.mark.usefixtures("_a_false_claim")
def test_a_run_as_json_exits_with_1_when_the_claim_does_not_hold() -> None:
    result = _run("run", "sts-limits", "--json")

    assert json.loads(result.output)["holds"] is False
    assert result.return_value == 1
