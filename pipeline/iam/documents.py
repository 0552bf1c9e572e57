"""Reads a policy document, whatever it is given as, into plain JSON objects.

Documents come from learners and from files: everything that is wrong with one becomes a
``PolicyError``, also what the json module would accept (a key that appears twice, NaN).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NoReturn

from pipeline.iam.errors import PolicyError

MAX_CHARACTERS = 65_536
"""Twice the largest policy of any service (a key policy, 32 KB); nothing longer is parsed."""

_SHOWN = 60
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


def load_document(document: str | bytes | Mapping[str, Any]) -> dict[str, Any]:
    """Return the document as a JSON object, or raise ``PolicyError``."""
    loaded = load_json(_text(document), "The policy", limit=MAX_CHARACTERS)
    if not isinstance(loaded, dict):
        raise PolicyError(f"The policy must be a JSON object, not {shown(loaded)}.")
    return loaded


def load_json(text: str | bytes, what: str, *, limit: int) -> Any:
    """Return the value of a JSON text, with numbers that have a fraction as ``Decimal``.

    Args:
        text: The JSON text.
        what: What it is, as messages begin: ``The policy``.
        limit: The most characters (or bytes) that are read.

    Raises:
        PolicyError: It is not JSON, or is JSON of which nothing good can come.
    """
    if len(text) > limit:
        raise PolicyError(f"{what} has {len(text):,} characters; the limit is {limit:,}.")
    try:
        loaded = json.loads(
            _decoded(text, what),
            object_pairs_hook=_unique,
            parse_float=Decimal,
            parse_constant=_not_json,
        )
        written = json.dumps(loaded, ensure_ascii=False, default=str)
    except PolicyError:
        raise
    except json.JSONDecodeError as error:
        raise PolicyError(
            f"{what} is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from None
    except RecursionError:
        raise PolicyError(f"{what} is nested too deeply.") from None
    except (ValueError, ArithmeticError):
        raise PolicyError(f"{what} contains a number that is too long.") from None
    if _HALF_CHARACTER.search(written):
        raise PolicyError(f"{what} holds half a character (a lone UTF-16 surrogate).")
    return loaded


def shown(value: object) -> str:
    """Return a JSON value as an error message shows it: short, and never nested."""
    if isinstance(value, str):
        return json.dumps(value if len(value) <= _SHOWN else value[:_SHOWN] + "…")
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, list):
        return "a list"
    return "an object" if isinstance(value, dict) else "a number"


def _text(document: object) -> str:
    if isinstance(document, str):
        return document
    if isinstance(document, bytes):
        return _decoded(document, "The policy")
    if not isinstance(document, Mapping):
        raise PolicyError(f"A policy is text or a mapping, not {type(document).__name__}.")
    try:
        return json.dumps(dict(document), allow_nan=False, default=_decimal)
    except RecursionError:
        raise PolicyError("The policy is nested too deeply.") from None
    except (TypeError, ValueError):
        raise PolicyError("The policy holds a value that JSON does not have.") from None


def _decoded(text: str | bytes, what: str) -> str:
    if isinstance(text, str):
        return text
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PolicyError(f"{what} is not UTF-8 text (at byte {error.start}).") from None


def _decimal(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(value)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise PolicyError(f"The key {shown(key)} appears twice in one object.")
        found[key] = value
    return found


def _not_json(constant: str) -> NoReturn:
    raise PolicyError(f"This is not JSON: {constant} is not a JSON number.")
