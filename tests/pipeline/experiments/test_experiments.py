"""Every experiment runs, holds, and says what it declares; running one leaves nothing open."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline import experiments, offline
from pipeline.cloud import emulator
from pipeline.experiments import EXPERIMENTS, Call, Experiment, Kind, Observation, run_experiment
from pipeline.gate.door import DOOR
from pipeline.sandbox import Sandbox

ROOT = Path(__file__).parents[3]
KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ON_SANDBOX = [e for e in EXPERIMENTS.values() if e.kind is Kind.SANDBOX]


def _name(experiment: Experiment) -> str:
    return experiment.id


@pytest.fixture(autouse=True)
def _nothing_stays_open() -> Iterator[None]:
    environment = dict(os.environ)
    yield
    assert DOOR._open == 0
    assert DOOR._admitted == {}
    assert offline._ISOLATION.open_sandboxes == 0
    assert emulator._ACCOUNTS.taken == set()
    assert dict(os.environ) | {"PYTEST_CURRENT_TEST": ""} == environment | {
        "PYTEST_CURRENT_TEST": ""
    }


@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=_name)
def test_the_experiment_holds_and_tells_what_it_does_while_it_does_it(
    experiment: Experiment,
) -> None:
    told: list[Call | Observation] = []

    report = run_experiment(experiment.id, tell=told.append)

    assert [o.id for o in report.observations if not o.holds] == []
    assert {o.id: o.text for o in report.observations} == dict(experiment.observations)
    assert len(report.observations) == len(experiment.observations)
    assert report.holds
    assert report.calls, "a claim without anything done proves nothing"
    assert [x for x in told if isinstance(x, Call)] == list(report.calls)
    assert [x for x in told if isinstance(x, Observation)] == list(report.observations)
    assert isinstance(told[0], Call)


@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=_name)
def test_the_experiment_is_written_as_questions_need_it(experiment: Experiment) -> None:
    assert EXPERIMENTS[experiment.id] is experiment
    assert KEBAB.fullmatch(experiment.id)
    assert experiment.claim.endswith(".")
    assert len(experiment.observations) >= 2
    for observed, text in experiment.observations.items():
        assert KEBAB.fullmatch(observed)
        assert not text.endswith(".")
    assert experiment.addresses
    for address in experiment.addresses:
        assert re.fullmatch(r"https://docs\.aws\.amazon\.com/[\w./-]+\.html", address)


def test_there_are_enough_of_both_kinds() -> None:
    assert len(ON_SANDBOX) >= 22
    assert len(EXPERIMENTS) - len(ON_SANDBOX) >= 5


def test_no_experiment_is_written_and_left_out_of_the_catalogue() -> None:
    written = {
        value.id
        for name, module in sys.modules.items()
        if name.startswith(f"{experiments.__name__}.")
        for value in vars(module).values()
        if isinstance(value, Experiment)
    }
    limits = {e.id for e in EXPERIMENTS.values() if e.kind is Kind.LIMIT}
    assert written | limits == EXPERIMENTS.keys()


def test_an_experiment_gives_the_same_report_each_time() -> None:
    assert run_experiment("failure-returns-the-message") == run_experiment(
        "failure-returns-the-message"
    )


def test_a_report_is_a_json_document() -> None:
    document = run_experiment("missing-key-403-or-404").as_document()

    assert json.loads(json.dumps(document)) == document
    assert (document["experiment"], document["holds"]) == ("missing-key-403-or-404", True)
    assert document["observations"][0] == {
        "id": "with-list-404",
        "text": "who may list the bucket gets NoSuchKey",
        "seen": "answer: NoSuchKey",
        "holds": True,
    }
    assert document["calls"][-1] == {
        "actor": "session",
        "call": "s3:GetObject",
        "outcome": "NoSuchKey",
        "detail": "The specified key does not exist.",
        "is_refused": True,
    }


class _HeardEnoughError(Exception):
    """Raised by a listener."""


@pytest.mark.parametrize("heard", [1, 3])
def test_calls_are_told_before_the_next_is_made_and_a_listener_may_end_the_run(heard: int) -> None:
    told: list[Call | Observation] = []

    def tell(happened: Call | Observation) -> None:
        told.append(happened)
        if len(told) == heard:
            raise _HeardEnoughError

    with pytest.raises(_HeardEnoughError):
        run_experiment("failure-returns-the-message", tell=tell)

    assert len(told) == heard


def test_skipped_time_is_told_as_such() -> None:
    report = run_experiment("visibility-too-short-duplicates")

    skipped = [call for call in report.calls if call.outcome == "skipped"]
    assert [(call.actor, call.is_refused) for call in skipped] == [("clock", False)] * 2


def test_what_is_decided_by_evaluation_alone_says_so_in_every_line() -> None:
    for name in ("scp-beats-administrator", "cross-account-needs-both", "tls-only-bucket-policy"):
        report = run_experiment(name)
        assert "decided by policy evaluation" in report.claim
        assert all("decided by policy evaluation" in call.detail for call in report.calls)


def test_an_experiment_that_does_not_exist_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        run_experiment("no-such-experiment")


def test_the_catalogue_is_imported_without_the_cloud_and_pictures() -> None:
    script = (
        "import sys; from pipeline.experiments import EXPERIMENTS\n"
        "print(len(EXPERIMENTS), *{name.partition('.')[0] for name in sys.modules})"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    number, *loaded = run.stdout.split()
    assert int(number) == len(EXPERIMENTS)
    assert not {"boto3", "botocore", "moto", "PIL"} & set(loaded)


def test_experiments_run_beside_an_open_sandbox_and_in_threads_without_touching_it() -> None:
    with Sandbox() as beside:
        beside.client("sqs").create_queue(QueueName="work")
        beside.upload(b"bytes", "photo.jpg")
        before = beside.snapshot()
        names = ["one-message-one-consumer", "key-is-url-encoded", "object-arn-not-bucket-arn"]
        with ThreadPoolExecutor(len(names)) as threads:
            reports = list(threads.map(run_experiment, names))
        assert [report.holds for report in reports] == [True] * len(names)
        assert beside.snapshot() == before
        assert beside.read_object(beside.topology.uploads.name, "photo.jpg") == b"bytes"
