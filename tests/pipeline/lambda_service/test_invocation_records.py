"""What Lambda writes down of an invocation."""

from __future__ import annotations

import pytest

from pipeline.lambda_service.invocation import THROTTLED, Invocation
from pipeline.lambda_service.invocation_records import (
    dead_letter_attributes,
    error_document,
    invocation_record,
)


def record(ended: Invocation | None) -> dict[str, object]:
    return invocation_record(
        function_arn="arn:f",
        request_id="r",
        condition="EventAgeExceeded",
        attempts=4,
        payload={"a": 1},
        ended=ended,
        at="2026-01-05T09:00:00.000Z",
    )


def test_an_error_of_the_function_has_its_type_and_message() -> None:
    document = error_document(Invocation("r", error_type="KeyError", error_message="'x'"))

    assert (document["errorType"], document["errorMessage"]) == ("KeyError", "'x'")
    assert (document["requestId"], document["stackTrace"]) == ("r", [])


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("Sandbox.Timedout", "Task timed out after 3.00 seconds"),
        ("Runtime.ExitError", "Runtime exited with error: signal: killed"),
    ],
)
def test_an_error_of_the_environment_has_the_request_in_its_message(kind: str, text: str) -> None:
    document = error_document(Invocation("r", error_type=kind, error_message=text))

    assert document == {"errorType": kind, "errorMessage": f"RequestId: r Error: {text}"}


@pytest.mark.parametrize("ended", [None, Invocation("r", error_type=THROTTLED)])
def test_a_record_has_no_response_of_a_function_that_did_not_run(ended: Invocation | None) -> None:
    assert not {"responseContext", "responsePayload"} & set(record(ended))


def test_a_response_of_nothing_is_a_response() -> None:
    assert record(Invocation("r", response=None))["responsePayload"] is None


def test_an_error_message_is_cut_to_a_kilobyte_between_characters() -> None:
    told = dead_letter_attributes("r", Invocation("r", error_type="E"), "x" + "é" * 1024)
    text = told["ErrorMessage"]["StringValue"]

    assert len(text.encode()) == 1023
    assert text == "x" + "é" * 511


def test_a_dead_letter_says_whether_its_function_was_throttled() -> None:
    codes = [
        dead_letter_attributes("r", ended, "why")["ErrorCode"]["StringValue"]
        for ended in (None, Invocation("r", error_type=THROTTLED), Invocation("r", error_type="E"))
    ]

    assert codes == ["429", "429", "200"]


def test_a_dead_letter_is_never_without_a_message() -> None:
    told = dead_letter_attributes("r", None, "")

    assert told["ErrorMessage"]["StringValue"]
