"""The policy editor's parts: colours, marks, and formatting that loses nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.app import App, ComposeResult

from pipeline.iam.lint import lint
from pipeline.iam.policy import PolicyKind
from studyapp.widgets.json_marks import ROLES, line_colours
from studyapp.widgets.policy_area import MOST_CHARACTERS, PolicyArea
from studyapp.widgets.policy_editor import MOST_MARKS, PolicyEditor, Sheet, marks_text

DOCUMENT = '{"Action":["s3:GetObject"],"Resource":"*","n":1}'


class Desk(App[None]):
    """Two documents on a screen."""

    def __init__(self, text: str = DOCUMENT) -> None:
        super().__init__()
        self.told: list[str] = []
        self.text = text

    def compose(self) -> ComposeResult:
        yield PolicyEditor([Sheet("one", "{}", self.text), Sheet("two", "{}", "{}")], id="editor")

    @property
    def editor(self) -> PolicyEditor:
        return self.query_one(PolicyEditor)

    def on_policy_area_too_long(self, message: PolicyArea.TooLong) -> None:
        self.told.append(f"{message.characters}")


@given(st.text())
def test_colours_lie_side_by_side_within_their_line(line: str) -> None:
    stretches = list(line_colours(line))
    assert all(role in ROLES for _, _, role in stretches)
    ends = [0, *(end for _, end, _ in stretches)]
    assert all(
        before <= start < end for before, (start, end, _) in zip(ends, stretches, strict=False)
    )
    assert ends[-1] <= len(line)


def test_keys_values_and_what_is_no_json_are_told_apart() -> None:
    line = '  "Key" : ["value", 1.5, true, tru]'
    found = [(line[start:end], role) for start, end, role in line_colours(line)]
    assert found == [
        ('"Key"', "key"),
        ("[", "bracket"),
        ('"value"', "string"),
        ("1.5", "number"),
        ("true", "word"),
        ("tru", "amiss"),
        ("]", "bracket"),
    ]


async def test_what_is_pasted_is_there_once() -> None:
    app = Desk("")
    async with app.run_test() as pilot:
        app.editor.edit()
        await pilot.pause()
        app.post_message(events.Paste("{}"))
        await pilot.pause()
        assert app.editor.text == "{}"
        app.post_message(events.Paste("x" * MOST_CHARACTERS))
        await pilot.pause()
        assert app.editor.text == "{}"
    assert app.told == [str(MOST_CHARACTERS + 2)]


async def test_formatting_changes_no_value_and_can_be_undone() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        assert app.editor.format() == ""
        assert app.editor.text == json.dumps(json.loads(DOCUMENT), indent=2)
        app.editor.area.undo()
        await pilot.pause()
        assert app.editor.text == DOCUMENT


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": ', "not JSON"),
        ('{"a": 1, "a": 2}', "'a' stands twice"),
        ("[" * 100_000, "cannot be formatted"),
    ],
)
async def test_what_cannot_be_formatted_stays_as_it_is(text: str, words: str) -> None:
    app = Desk(text)
    async with app.run_test():
        assert words in app.editor.format()
        assert app.editor.text == text


async def test_documents_are_shown_in_turn_and_their_changes_listed() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        editor = app.editor
        assert (editor.place, editor.is_changed) == ("one", True)
        editor.show_next()
        await pilot.pause()
        assert (editor.place, editor.text) == ("two", "{}")
        assert editor.texts == {"one": DOCUMENT, "two": "{}"}
        assert editor.changes()[:2] == ("--- start/one", "+++ one")
        editor.put({"one": "{}"})
        await pilot.pause()
        assert (editor.is_changed, editor.changes()) == (False, ())


async def test_marks_lie_on_their_lines_and_are_listed_errors_first() -> None:
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
            {"Effect": "Alow", "Action": "s3:GetObject", "Resource": "*"},
        ],
    }
    text = json.dumps(policy, indent=2)
    findings = lint(text, kind=PolicyKind.IDENTITY, service="iam")
    app = Desk(text)
    async with app.run_test() as pilot:
        app.editor.mark("one", findings)
        await pilot.pause()
        for finding in findings:
            line = finding.start.line - 1
            length = len(text.splitlines()[line])
            assert all(
                0 <= start < end <= length
                for start, end, _ in app.editor.area.underlined(line, length)
            )
    lines = marks_text(findings, 60).plain.splitlines()
    assert lines[0].startswith("✗ line ")
    assert all(len(line) <= 60 for line in lines)


def test_more_marks_than_there_is_room_for_are_counted() -> None:
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    policy: dict[str, Any] = {"Version": "2012-10-17", "Statement": [statement] * 8}
    findings = lint(json.dumps(policy), kind=PolicyKind.IDENTITY, service="iam")
    assert f"and {len(findings) - MOST_MARKS} more" in marks_text(findings, 60).plain
