"""The entries of PutEvents: what EventBridge makes of each, and which ones it does not take.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

MOST_ENTRIES = 10
LARGEST_REQUEST = 1024 * 1024
"""Bytes of all entries together: fewer than 1 MB."""

_TIME_SIZE = 14
_REQUIRED = ("Source", "DetailType", "Detail")

Entry = Mapping[str, Any]


def request_problem(entries: Sequence[Entry]) -> str | None:
    """Return why EventBridge refuses a whole request, or None."""
    if len(entries) > MOST_ENTRIES:
        return (
            f"1 validation error detected: Value '{[dict(entry) for entry in entries]}' at "
            f"'entries' failed to satisfy constraint: Member must have length less than or equal "
            f"to {MOST_ENTRIES}"
        )
    if sum(map(entry_size, entries)) >= LARGEST_REQUEST:
        return "Total size of the entries in the request is over the limit."
    return None


def entry_size(entry: Entry) -> int:
    """Return the bytes that count of an entry: 14 for its time, the rest in UTF-8."""
    texts = [*(entry.get(name) or "" for name in _REQUIRED), *(entry.get("Resources") or ())]
    return _TIME_SIZE * ("Time" in entry) + sum(len(text.encode()) for text in texts)


def entry_problem(entry: Entry) -> tuple[str, str] | None:
    """Return the code and text with which EventBridge answers for one entry, or None."""
    for name in _REQUIRED:
        if not entry.get(name):
            reason = f"Reason: {name} is a required argument."
            return "InvalidArgument", f"Parameter {name} is not valid. {reason}"
    if entry["Source"].startswith("aws."):
        return "NotAuthorizedForSourceException", "Not authorized for the source."
    try:
        detail = json.loads(entry["Detail"])
    except ValueError:
        detail = None
    if not isinstance(detail, dict):
        return "MalformedDetail", "Detail is malformed."
    return None


def event_of(entry: Entry, event_id: str, account: str, region: str, now: float) -> dict[str, Any]:
    """Return the event that rules see; ``now`` in epoch seconds counts without a time given.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
    """
    return {
        "version": "0",
        "id": event_id,
        "detail-type": entry["DetailType"],
        "source": entry["Source"],
        "account": account,
        "time": _time_text(entry.get("Time"), now),
        "region": region,
        "resources": list(entry.get("Resources") or ()),
        "detail": json.loads(entry["Detail"]),
    }


def _time_text(given: Any, now: float) -> str:
    """Return a moment as events carry it: to the second, in UTC."""
    moment = given
    if isinstance(given, str):
        moment = dt.datetime.fromisoformat(given)
    elif not isinstance(given, dt.datetime):
        moment = dt.datetime.fromtimestamp(now if given is None else given, tz=dt.UTC)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
