"""The fidelity table is what the contract tests say, and their marks can be relied upon."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipeline.__main__ import main
from pipeline.behaviours import SERVICES, VERDICTS, Behaviour, fidelity_table
from pipeline.behaviours.table import in_order
from tests import fidelity_table as made

GOOD = {
    "service": "sqs",
    "behaviour": "A received message is hidden for the visibility timeout",
    "verdict": "as AWS",
    "address": "https://docs.aws.amazon.com/sqs",
}
ROW = Behaviour(**GOOD)


def mark(**changes: str) -> str:
    arguments = ", ".join(f"{name}={value!r}" for name, value in {**GOOD, **changes}.items())
    return f"@pytest.mark.fidelity({arguments})\ndef test_x(): pass\n"


def read(source: str) -> made.Reading:
    reading = made.Reading()
    reading.read(source, "tests/test_x.py")
    return reading


# -- this project's own --


def test_no_mark_of_a_contract_test_is_wrong() -> None:
    problems = made.read_tests().problems
    assert not problems, "\n".join(problems)


def test_the_table_is_what_the_tests_say() -> None:
    expected = made.table_text(made.read_tests().rows)
    assert expected == made.TABLE.read_text("utf-8"), f"run: {made.COMMAND}"


def test_the_readme_tells_what_the_tests_say() -> None:
    section = made.readme_section(made.read_tests().rows)
    assert section in made.README.read_text("utf-8"), f"run: {made.COMMAND}"


def test_the_table_is_read_in_order() -> None:
    rows = fidelity_table()
    assert rows
    assert rows == in_order(reversed(rows))


# -- reading marks --


def test_a_mark_is_a_row() -> None:
    reading = read(mark())
    assert reading.rows == (ROW,)
    assert reading.problems == []


def test_a_mark_may_stand_on_a_coroutine_in_a_class() -> None:
    source = mark().replace("def", "async def").replace("\n", "\n    ")
    assert read(f"class TestQueue:\n    {source}").rows == (ROW,)


def test_a_sentence_may_be_written_over_several_lines() -> None:
    source = mark().replace("A received message is", "A received message ' 'is")
    assert read(source).rows == (ROW,)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"service": "ec2"}, "service 'ec2' is none of s3, sqs"),
        ({"verdict": "perfect"}, "verdict 'perfect' is none of as AWS, corrected"),
        ({"address": ""}, "is none of AWS's documentation"),
        ({"address": "https://example.com/"}, "is none of AWS's documentation"),
        ({"behaviour": ""}, "one sentence"),
        ({"behaviour": "It is so."}, "without a full stop"),
        ({"behaviour": "It is so\nand so"}, "on one line"),
        ({"behaviour": "x" * 161}, "at most 160"),
        ({"verdict": "simplified"}, "needs a note"),
        ({"verdict": "not modelled", "note": ""}, "needs a note"),
        ({"because": "I say so"}, "there is no argument because"),
    ],
)
def test_a_wrong_mark_is_told_with_its_place(changes: dict[str, str], words: str) -> None:
    reading = read(mark(**changes))
    (problem,) = reading.problems
    assert problem.startswith("tests/test_x.py:1: ")
    assert words in problem
    assert reading.rows == ()


@pytest.mark.parametrize("missing", ["service", "behaviour", "verdict", "address"])
def test_a_missing_argument_is_told(missing: str) -> None:
    arguments = ", ".join(f"{name}={value!r}" for name, value in GOOD.items() if name != missing)
    reading = read(f"@pytest.mark.fidelity({arguments})\ndef test_x(): pass\n")
    assert reading.problems == [f"tests/test_x.py:1: {missing} is missing"]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (mark().replace("'sqs'", "SERVICE"), "service is to be a literal text"),
        (mark().replace("'sqs'", "'s' + 'qs'"), "service is to be a literal text"),
        (mark().replace("'sqs'", "1"), "service is to be a literal text"),
        ("@pytest.mark.fidelity('sqs')\ndef test_x(): pass", "given by name"),
        ("@pytest.mark.fidelity(**GOOD)\ndef test_x(): pass", "given by name"),
        (mark().replace("test_x", "helper"), "decorates a test function"),
        (mark().replace("def test_x(): pass", "class TestX: pass"), "decorates a test function"),
        ("@pytest.mark.fidelity\ndef test_x(): pass", "decorates a test function"),
        ("pytestmark = pytest.mark.fidelity(service='sqs')", "decorates a test function"),
    ],
)
def test_a_mark_that_cannot_be_read_is_told(source: str, words: str) -> None:
    (problem,) = read(source).problems
    assert words in problem


def test_a_behaviour_is_said_by_one_test() -> None:
    (problem,) = read(mark() + mark(verdict="corrected")).problems
    assert problem.startswith("tests/test_x.py:3: tests/test_x.py:1 says ")


# -- writing --


def test_the_section_counts_and_lists_what_is_not_as_on_aws() -> None:
    simple = Behaviour("s3", "Events come late", "simplified", "https://a", "They come at once.")
    section = made.readme_section((simple, ROW))
    assert "| S3 |  |  | 1 |  |" in section
    assert "| together | 1 | 0 | 1 | 0 |" in section
    assert "- S3: [Events come late](https://a). They come at once." in section
    assert "- nothing" in section
    assert ROW.behaviour not in section


def test_only_the_section_of_the_readme_changes() -> None:
    readme = f"above\n{made.BEGIN}\nold\n{made.END}\nbelow\n"
    section = made.readme_section((ROW,))
    assert made.with_section(readme, section) == f"above\n{section}\nbelow\n"
    with pytest.raises(ValueError, match=r"README\.md needs the lines"):
        made.with_section("no place", section)


# -- printing --


def test_the_command_prints_every_row(capsys: Any) -> None:
    assert main(["fidelity"]) == 0
    printed = capsys.readouterr().out
    said = " ".join(printed.split())
    assert [row for row in fidelity_table() if row.behaviour not in said] == []
    assert [row for row in fidelity_table() if row.address not in said] == []
    served = {SERVICES[row.service] for row in fidelity_table()}
    assert [name for name in served if f"{name}\n" not in printed] == []


def test_the_command_prints_json_of_one_service_and_verdict(capsys: Any) -> None:
    assert main(["fidelity", "--service", "sqs", "--verdict", VERDICTS[1], "--json"]) == 0
    printed = [Behaviour(**json.loads(line)) for line in capsys.readouterr().out.splitlines()]
    assert printed == [
        row for row in fidelity_table() if row.service == "sqs" and row.verdict == VERDICTS[1]
    ]
