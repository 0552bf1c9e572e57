import json
from typing import Any

import pytest

from pipeline import events as e
from pipeline.events import PipelineEvent
from studyapp.widgets.payload import Payload, payload_of, sections
from studyapp.widgets.payload_view import PayloadView
from tests.studyapp.widgets.samples import MESSAGE, S3_EVENT, every_event, screen_text


def event_of(kind: type[PipelineEvent]) -> PipelineEvent:
    return next(event for event in every_event() if type(event) is kind)


def test_every_event_has_a_payload_with_a_title_and_text() -> None:
    for event in every_event():
        payload = payload_of(event)
        assert payload.title, event
        assert payload.text(), event
        assert sections(payload)[0].text, event


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        (e.RequestAuthorized, "request parameters"),
        (e.NotificationSent, "S3 event"),
        (e.BatchReceived, "SQS message"),
        (e.FunctionInvoked, "Lambda batch event"),
        (e.ItemRecorded, "DynamoDB item"),
        (e.LogsWritten, "log lines"),
    ],
)
def test_the_title_names_what_the_payload_is(kind: type[PipelineEvent], title: str) -> None:
    assert payload_of(event_of(kind)).title == title


def test_the_payload_is_the_genuine_document() -> None:
    assert payload_of(event_of(e.BatchReceived)).document == MESSAGE
    assert payload_of(event_of(e.NotificationSent)).document == S3_EVENT


def test_a_denied_call_shows_what_was_asked_and_what_was_answered() -> None:
    document = payload_of(event_of(e.RequestDenied)).document
    assert document["answer"]["Error"]["Code"] == "AccessDeniedException"


def test_a_body_that_is_a_string_of_json_is_unfolded_below() -> None:
    whole, body = sections(payload_of(event_of(e.BatchReceived)))
    assert '"{\\"Records\\"' in whole.text
    assert body.label == "Body, a string of JSON, unfolded"
    assert json.loads(body.text) == S3_EVENT


def test_text_that_only_looks_like_json_stays_as_it_is() -> None:
    assert len(sections(Payload("x", {"a": "{not json"}))) == 1


def test_log_lines_are_lines() -> None:
    (section,) = sections(payload_of(event_of(e.LogsWritten)))
    assert section.text == "START RequestId: r-1\nEND RequestId: r-1"
    assert not section.is_json


async def test_the_view_prints_the_payload_under_its_name(show: Any) -> None:
    view = PayloadView()
    app = show(view)
    async with app.run_test(size=(80, 30)) as pilot:
        assert "Select an event" in screen_text(app)
        view.show(event_of(e.BatchReceived))
        await pilot.pause()
        text = screen_text(app)
        assert view.border_title == "SQS message"
        assert '"ApproximateReceiveCount": "1"' in text
        assert "▾ Body, a string of JSON, unfolded" in text


async def test_c_copies_the_whole_payload(show: Any) -> None:
    view = PayloadView()
    app = show(view)
    async with app.run_test() as pilot:
        view.focus()
        await pilot.press("c")
        assert app.clipboard == ""
        view.show(event_of(e.BatchReceived))
        await pilot.press("c")
        assert json.loads(app.clipboard) == MESSAGE
