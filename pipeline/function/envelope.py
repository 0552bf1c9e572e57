"""What a message carries: its JSON, taken out of the envelope that SNS puts around it.

SNS wraps what it delivers to a queue into a document of Type ``Notification`` whose ``Message`` is
the published text, unless the subscription asks for raw delivery
(https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html). It comes
from outside, so nothing of it is taken for granted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from .errors import MessageError


def open_envelope(body: object) -> Mapping[str, Any]:
    """Return the document that a message carries.

    Args:
        body: The message's text, or its document parsed already, with or without SNS's envelope.

    Raises:
        MessageError: It is no JSON object; the text says why.
    """
    document = body if isinstance(body, Mapping) else _parse(body)
    if document.get("Type") == "Notification" and "TopicArn" in document:
        return _parse(document.get("Message"))
    return document


def json_object(text: str | bytes, what: str) -> dict[str, Any]:
    """Return a JSON object, with fractions as ``Decimal``; ``what`` names it in errors.

    Raises:
        ValueError: It is not one; the text is one sentence.
    """
    try:
        decoded = text if isinstance(text, str) else text.decode()
        document = json.loads(decoded, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise ValueError(f"The {what} is not JSON: {error}.") from error
    if not isinstance(document, dict):
        raise ValueError(f"The {what} is not a JSON object.")  # noqa: TRY004 - the text is wrong
    return document


def _parse(text: object) -> Mapping[str, Any]:
    if not isinstance(text, str):
        raise MessageError("The message has no text.")
    try:
        return json_object(text, "message")
    except ValueError as error:
        raise MessageError(str(error)) from error


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is not a number of JSON")
