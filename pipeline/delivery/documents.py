"""Message bodies as documents, for whoever looks at them."""

from __future__ import annotations

import json

from pipeline.events import Json


def document_of(text: str) -> Json:
    """Return the document that a text is; the text itself where it is no JSON."""
    try:
        return json.loads(text)
    except ValueError:
        return text
