"""What SQS refuses, in its words, on the way to the wire."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pipeline.gate.calls import ApiCall, Check
from pipeline.iam import wire
from pipeline.queueing.departures import (
    MessageGoneError,
    ReceiptExpiredError,
    ReceiptUnknownError,
)

PREFIX = "AWS.SimpleQueueService."
"""What stands before those of SQS's codes that are older than its JSON protocol."""


class SqsRefusalError(Exception):
    """A call, or one entry of a batch, that SQS refuses."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


def invalid_value(value: object, parameter: str, reason: str) -> SqsRefusalError:
    """Return SQS's refusal of a parameter's value."""
    return SqsRefusalError(
        "InvalidParameterValue",
        f"Value {value} for parameter {parameter} is invalid. Reason: {reason}",
    )


def missing(parameter: str) -> SqsRefusalError:
    """Return SQS's refusal of a call without a parameter."""
    return SqsRefusalError(
        "MissingParameter", f"The request must contain the parameter {parameter}."
    )


def refusing(
    answer: Callable[[ApiCall], wire.WireResponse | None], new_id: Callable[[], str]
) -> Check:
    """Return a check that answers with the refusal that ``answer`` raises."""

    def check(call: ApiCall) -> wire.WireResponse | None:
        try:
            return answer(call)
        except SqsRefusalError as refusal:
            return wire.error(
                "sqs",
                refusal.code,
                refusal.message,
                refusal.status,
                protocol=call.protocol,
                request_id=new_id(),
            )

    return check


def check_range(parameter: str, value: int, least: int, most: int) -> None:
    """Refuse a number that is out of its range; ``SqsRefusalError``."""
    if not least <= value <= most:
        reason = f"Must be between {least} and {most}, if provided."
        raise invalid_value(value, parameter, reason)


@contextmanager
def receipt_checked(handle: str) -> Iterator[None]:
    """Word what a queue refuses of a receipt handle as SQS does; ``SqsRefusalError``."""
    try:
        yield
    except ReceiptUnknownError:
        raise SqsRefusalError(
            "ReceiptHandleIsInvalid",
            f'The input receipt handle "{handle}" is not a valid receipt handle.',
        ) from None
    except ReceiptExpiredError:
        raise invalid_value(handle, "ReceiptHandle", "The receipt handle has expired.") from None
    except MessageGoneError:
        raise invalid_value(
            handle,
            "ReceiptHandle",
            "Message does not exist or is not available for visibility timeout change.",
        ) from None


def answer_each(
    entries: Iterable[Mapping[str, Any]],
    answer: Callable[[Mapping[str, Any]], Mapping[str, Any]],
) -> dict[str, Any]:
    """Answer a batch entry by entry: what is refused fails alone."""
    successful: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    for entry in entries:
        try:
            successful.append({"Id": entry["Id"], **answer(entry)})
        except SqsRefusalError as refusal:
            failed.append(
                {
                    "Id": entry["Id"],
                    "SenderFault": True,
                    "Code": refusal.code,
                    "Message": refusal.message,
                }
            )
    answers = {"Successful": successful, "Failed": failed}
    return {name: each for name, each in answers.items() if each or name == "Successful"}
