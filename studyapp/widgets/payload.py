"""What each event carried, as a document with a name.

The document is the genuine one where there is one (what was sent, what was answered); an event
that only states a fact shows its own fields.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline import events as e

_LONGEST_FOLDED = 56
"""Characters of a string of JSON that stay in its place once it is unfolded below."""


@dataclass(frozen=True, slots=True)
class Payload:
    """A document and what it is."""

    title: str
    """What the document is: ``SQS message``, ``S3 event`` …"""

    document: Any
    """What the json module writes; a tuple of strings is lines of text."""

    @property
    def is_lines(self) -> bool:
        """Whether the document is lines of text and not JSON."""
        return isinstance(self.document, tuple)

    def text(self) -> str:
        """Return the whole document as text, as it goes to the clipboard."""
        if self.is_lines:
            return "\n".join(self.document)
        return json.dumps(self.document, indent=2, ensure_ascii=False, default=str)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a payload as it is shown."""

    label: str
    """What an unfolded string was; empty for the document itself."""

    text: str
    is_json: bool


def payload_of(event: e.PipelineEvent) -> Payload:
    """Return what an event carried."""
    title, document = _PAYLOADS.get(type(event), _FACTS)
    return Payload(title(event) if callable(title) else title, document(event))


def sections(payload: Payload) -> tuple[Section, ...]:
    """Return a payload as parts to show, its strings of JSON unfolded one level below it."""
    if payload.is_lines:
        return (Section("", payload.text(), is_json=False),)
    unfolded: list[tuple[str, Any]] = []
    shown = _folded(payload.document, "", unfolded)
    return (
        Section("", Payload("", shown).text(), is_json=True),
        *(
            Section(f"{path}, a string of JSON, unfolded", Payload("", inner).text(), is_json=True)
            for path, inner in unfolded
        ),
    )


def _folded(value: Any, path: str, unfolded: list[tuple[str, Any]]) -> Any:
    if isinstance(value, Mapping):
        return {
            str(k): _folded(v, f"{path}.{k}" if path else str(k), unfolded)
            for k, v in value.items()
        }
    if isinstance(value, list | tuple):
        return [_folded(v, f"{path}[{i}]", unfolded) for i, v in enumerate(value)]
    if isinstance(value, str) and value[:1] in {"{", "["}:
        try:
            unfolded.append((path, json.loads(value)))
        except ValueError:
            return value
        return value if len(value) <= _LONGEST_FOLDED else f"{value[:_LONGEST_FOLDED]}…"
    return value


def _own_fields(event: e.PipelineEvent) -> dict[str, Any]:
    document = e.event_document(event)
    del document["event"], document["time"]
    return document


def _facts_title(event: e.PipelineEvent) -> str:
    return e.event_words(event)


def _only(messages: tuple[Any, ...]) -> Any:
    return messages[0] if len(messages) == 1 else list(messages)


def _parsed(text: Any) -> Any:
    """Return a message's body as JSON when it is JSON."""
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _batch_title(event: Any) -> str:
    number = len(event.messages)
    return "SQS message" if number == 1 else f"SQS messages ({number})"


def _logs_title(event: Any) -> str:
    return "log lines" if event.stored else "log lines that were not stored"


def _denied(event: Any) -> dict[str, Any]:
    return {
        "request": event.request,
        "answer": {
            "HTTPStatusCode": event.status,
            "Error": {"Code": event.code, "Message": event.message},
        },
    }


_Title = str | Callable[[Any], str]
_Entry = tuple[_Title, Callable[[Any], Any]]

_FACTS: _Entry = (_facts_title, _own_fields)

_PAYLOADS: Mapping[type[e.PipelineEvent], _Entry] = {
    e.RequestAuthorized: ("request parameters", lambda x: dict(x.request)),
    e.RequestDenied: ("request parameters and error", _denied),
    e.DestinationTested: ("S3 test event", lambda x: _parsed(x.message)),
    e.NotificationSent: ("S3 event", lambda x: _parsed(x.message)),
    e.NotificationRefused: ("S3 event that did not arrive", lambda x: _parsed(x.message)),
    e.BatchReceived: (_batch_title, lambda x: _only(x.messages)),
    e.FunctionInvoked: ("Lambda batch event", lambda x: x.payload),
    e.FunctionReturned: ("function response", lambda x: x.response),
    e.ItemRecorded: ("DynamoDB item", lambda x: x.item),
    e.ItemsRead: ("DynamoDB items", lambda x: list(x.items)),
    e.LogsWritten: (_logs_title, lambda x: tuple(x.lines)),
    e.MessageDeadLettered: ("dead-lettered message", _own_fields),
    e.MessageExpired: ("expired message", _own_fields),
    e.PolicyChanged: ("policy document", lambda x: _parsed(x.document)),
}
