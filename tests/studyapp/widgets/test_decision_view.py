import dataclasses
from typing import Any

import pytest

from studyapp.widgets.decision_view import DecisionView, decision_text
from tests.studyapp.widgets.samples import authorized, denied, screen_text


def test_a_denied_call_is_explained_statement_by_statement() -> None:
    assert decision_text(denied("function-writes-metadata"), 80).plain.splitlines() == [
        "✗ Implicitly denied",
        "no statement allows it",
        "caller     arn:aws:sts::123456789012:assumed-role/thumbnail-function/thumbnail",
        "call       dynamodb PutItem → dynamodb:PutItem",
        "resource   arn:aws:dynamodb:us-east-1:123456789012:table/images",
        "decided by no statement",
        "layer      identity",
        "answer     400 AccessDeniedException",
        "User: arn:aws:sts::123456789012:assumed-role/thumbnail-function/thumbnail is not",
        "authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:us-east-1:",
        "123456789012:table/images because no identity-based policy allows the dynamodb:",
        "PutItem action",
        "",
        "✗ FunctionWritesMetadata  does not match · thumbnail-function",
        "  action: s3:GetObject does not match dynamodb:PutItem",
    ]


def test_a_denied_call_says_what_would_allow_it_and_what_would_not() -> None:
    event = denied("function-writes-metadata")
    remedies = [
        {"edits": ["Add a statement to the role."], "elsewhere": ["A boundary grants nothing."]},
        {"edits": ["Change the role.", "Change the boundary."], "elsewhere": []},
    ]
    event = dataclasses.replace(event, decision={**event.decision, "remedies": remedies})

    lines = decision_text(event, 80).plain.splitlines()

    start = lines.index("What would allow it, any one of")
    assert lines[start + 1 : start + 6] == [
        "▸ Add a statement to the role.",
        "▸ Change the role.",
        "and Change the boundary.",
        "What would not, alone",
        "✗ A boundary grants nothing.",
    ]
    narrow = decision_text(event, 30).plain.splitlines()
    start = narrow.index("What would allow it, any one of")
    assert max(map(len, narrow[start + 1 : narrow.index("", start)])) <= 30


def test_an_allowed_call_names_the_statement_that_matches() -> None:
    text = decision_text(authorized("function-reads-uploads"), 80).plain
    assert text.startswith("✓ Allowed\n")
    assert "decided by thumbnail-function / FunctionReadsUploads" in text
    assert "✓ FunctionReadsUploads  matches, Allow · thumbnail-function" in text


@pytest.mark.parametrize("width", [30, 38, 60])
def test_facts_break_within_their_own_column(width: int) -> None:
    lines = decision_text(denied("function-writes-metadata"), width).plain.splitlines()
    facts = lines[2 : lines.index("layer      identity")]
    assert max(map(len, facts)) <= width
    assert all(line[:11] in {"caller     ", " " * 11} for line in facts[:2])


async def test_the_view_says_when_there_is_no_decision_and_shows_the_next(show: Any) -> None:
    view = DecisionView()
    app = show(view)
    async with app.run_test(size=(60, 30)) as pilot:
        assert "No call has been decided here yet." in screen_text(app)
        view.show(denied("function-writes-metadata"))
        await pilot.pause()
        assert "✗ Implicitly denied" in screen_text(app)
        assert "AccessDeniedException" in screen_text(app)
        view.show(None)
        await pilot.pause()
        assert "No call has been decided here yet." in screen_text(app)
