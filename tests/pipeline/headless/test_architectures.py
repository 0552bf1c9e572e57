"""Every architecture by command line: its bundled input, its broken one, each arrow taken away."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.__main__ import main
from pipeline.inputs import broken
from pipeline.topology import DEFAULT, TOPOLOGY_NAMES, make_topology

OTHERS = tuple(name for name in TOPOLOGY_NAMES if name != DEFAULT)
TAKEN = [
    pytest.param(name, arrow, id=f"{name}: {arrow}")
    for name in OTHERS
    for arrow in make_topology(name).arrow_names
]
UNUSED = {
    "direct: function-to-failures",
    "records: function-to-given-up",
    *(
        f"eventbridge: {arrow}"
        for arrow in make_topology("eventbridge").arrow_names
        if "large" in arrow
    ),
}
"""Arrows that a good small input does not travel."""


def run(*arguments: str | Path) -> int:
    return main(["run", "--seed", "1", "--json", *map(str, arguments)])


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("topology", TOPOLOGY_NAMES)
def test_without_an_input_an_architecture_runs_on_its_bundled_one_and_ends_well(
    topology: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--topology", topology) == 0

    events = told(capsys)
    assert events[-1]["event"] == ("RunFinished" if topology == DEFAULT else "InputsFinished")
    assert "RequestDenied" not in {event["event"] for event in events}


@pytest.mark.parametrize("topology", OTHERS)
def test_what_a_function_can_never_work_on_is_given_up_with_its_reason(
    topology: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (given,) = broken(topology)

    assert run("--topology", topology, str(given)) == 1

    (sentence,) = told(capsys)[-1]["inputs"].values()
    assert "given up: " in sentence


@pytest.mark.parametrize(("topology", "arrow"), TAKEN)
def test_exactly_the_arrow_that_was_taken_away_is_denied(
    topology: str, arrow: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status = run("--topology", topology, "--break", arrow)

    denied = {event["arrow"] for event in told(capsys) if event["event"] == "RequestDenied"}
    if f"{topology}: {arrow}" in UNUSED:
        assert (status, denied) == (0, set())
    else:
        assert (status, denied) == (1, {arrow})


def test_an_event_that_no_rule_asks_for_ends_nowhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    order = tmp_path / "gift.json"
    order.write_text(
        json.dumps(
            {
                "order_id": "A-1",
                "customer": "Ada",
                "country": "DE",
                "items": [{"sku": "GIFT-10", "quantity": 1, "price": 10}],
                "total": 10,
            }
        )
    )

    assert run("--topology", "orders", order) == 0

    (sentence,) = told(capsys)[-1]["inputs"].values()
    assert "shipping filtered out" in sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("[1]", "is not a JSON object"), ("{", "is not JSON"), ("", "is not JSON")],
)
def test_an_item_that_is_none_is_told_in_a_sentence_and_the_others_go_on(
    text: str, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.json").write_text(text)
    (tmp_path / "good.json").write_text('{"person_id": "7", "name": "Ada"}')

    assert run("--topology", "records", tmp_path) == 1

    inputs = told(capsys)[-1]["inputs"]
    assert sentence in inputs["bad.json"]
    assert inputs["good.json"] == "greeting done"


def test_what_the_functions_stored_is_written_to_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "--topology", "logs", "--out", str(tmp_path / "out")]) == 0

    assert [json.loads(p.read_text()) for p in (tmp_path / "out").iterdir()]
    assert "What the functions stored is in" in capsys.readouterr().out


@pytest.mark.parametrize("topology", ["fanout", "orders"])
def test_a_seed_makes_every_line_the_same(
    topology: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run("--topology", topology)
    first = capsys.readouterr().out
    run("--topology", topology)

    assert capsys.readouterr().out == first
