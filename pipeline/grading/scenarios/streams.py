"""A stream with one record that can never succeed."""

from __future__ import annotations

import json

from pipeline import events as e
from pipeline.grading.run import Run
from pipeline.grading.scenarios.acting import HOUR, for_a_while, killed
from pipeline.grading.scenarios.registry import scenario

PEOPLE = ("ada", "ben", "cleo", "dora", "eli", "fay")
BAD = "cleo"


@scenario("stream-goes-on")
def stream_goes_on(run: Run, *, within: int = 3600) -> None:
    """Put people into the table, one of whom has no name; then let the function be killed once.

    Args:
        run: On the architecture ``records``.
        within: In how many seconds the others must be greeted.
    """
    for person in PEOPLE:
        _put(run, person, named=person != BAD)
    for_a_while(run, within)
    expected = {person for person in PEOPLE if person != BAD}
    missing = sorted(expected - _greeted(run))
    run.require(
        "others-greeted",
        f"Everybody else is greeted within {within // 60} minutes.",
        f"{', '.join(missing)} wait behind the bad record, or are lost." if missing else "",
        holds=not missing,
    )
    given_up = run.seen(e.StreamRecordsDiscarded)
    keys = [_key(record) for event in given_up for record in event.records]
    run.require(
        "bad-one-given-up",
        "The bad record alone is given up.",
        f"Given up: {', '.join(keys) or 'none'}.",
        holds=keys == [BAD],
    )
    told = [event.destination for event in given_up if event.message_id]
    run.require(
        "somebody-is-told",
        "The on-failure destination is told where it stands in the stream.",
        *(event.note for event in given_up if event.note),
        holds=bool(told) and len(told) == len(given_up),
    )
    with killed(run, "PutItem", 1):
        _put(run, "gus", named=True)
        for_a_while(run, HOUR)
    run.require(
        "passing-failure-survived",
        "A person is greeted although the function was killed at the first try.",
        holds="gus" in _greeted(run),
    )


def _put(run: Run, person: str, *, named: bool) -> None:
    item = {"person_id": person, **({"name": person.capitalize()} if named else {})}
    run.submit(person, json.dumps(item).encode())


def _greeted(run: Run) -> set[str]:
    return {str(item["person_id"]) for item in run.items("greetings")}


def _key(record: e.Json) -> str:
    keys = record["dynamodb"]["Keys"]
    return str(keys["person_id"]["S"])
