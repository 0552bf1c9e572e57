"""Errors: what is no JSON object, with its place."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from pipeline.iam.documents import MAX_CHARACTERS, load_document
from pipeline.iam.errors import PolicyError
from pipeline.iam.lint.remarks import Remark, error
from pipeline.iam.positions import Places, Span, find_places

_HINTS = (
    (re.compile(r"\s*[}\]]"), "A list or an object ends without a comma."),
    (re.compile("\\s*[\u2018\u2019\u201c\u201d]"), 'Use straight quotes: ".'),
    (re.compile(r"\s*'"), "JSON takes double quotes only."),
    (re.compile(r"\s*(?://|/\*|#)"), "JSON has no comments."),
    (re.compile(r"\s*(?:True|False|None)\b"), "JSON writes true, false and null in small letters."),
    (re.compile(r'\s*["{\[]'), "A comma is missing before this."),
    (re.compile(r"\s*\Z"), "The text ends too early: is a bracket or a quote missing?"),
)


class UnreadableError(Exception):
    """A policy's text is no JSON object."""

    def __init__(self, remark: Remark, span: Span) -> None:
        super().__init__(remark.message)
        self.remark = remark
        self.span = span


def load(text: str) -> tuple[Mapping[str, Any], Places]:
    """Return the document that a text holds, and where everything in it stands.

    Raises:
        UnreadableError: It holds none; the error says where and what to do.
    """
    try:
        document = load_document(text)
    except PolicyError as refused:
        raise _unreadable(text, str(refused)) from None
    return document, find_places(text)


def _unreadable(text: str, message: str) -> UnreadableError:
    if len(text) > MAX_CHARACTERS:
        return UnreadableError(error("too-long", message, ()), Span(0, 0))
    fault = _fault(text)
    if fault is not None:
        position = fault.pos
        hint = next((hint for form, hint in _HINTS if form.match(text, position)), "")
        return UnreadableError(
            error("not-json", message, (), suggestion=hint), Span(position, position + 1)
        )
    places = find_places(text)
    if places.repeated:
        remark = error("repeated-key", message, (), suggestion="Join the two, or remove one.")
        return UnreadableError(remark, places.repeated[0])
    return UnreadableError(error("unreadable", message, ()), Span(0, min(1, len(text))))


def _fault(text: str) -> json.JSONDecodeError | None:
    try:
        json.loads(text)
    except json.JSONDecodeError as fault:
        return fault
    except (RecursionError, ValueError):
        return None
    return None
