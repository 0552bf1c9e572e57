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
    text = _text(document)
    if len(text) > MAX_CHARACTERS:
        raise PolicyError(
            f"The policy has {len(text):,} characters; the limit is {MAX_CHARACTERS:,}."
        )
    try:
        loaded = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_float=Decimal,
            parse_constant=_not_json,
        )
        written = json.dumps(loaded, ensure_ascii=False, default=str)
    except PolicyError:
        raise
    except json.JSONDecodeError as error:
        raise PolicyError(
            f"The policy is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from None
    except RecursionError:
        raise PolicyError("The policy is nested too deeply.") from None
    except (ValueError, ArithmeticError):
        raise PolicyError("The policy contains a number that is too long.") from None
    if _HALF_CHARACTER.search(written):
        raise PolicyError("The policy holds half a character (a lone UTF-16 surrogate).")
    if not isinstance(loaded, dict):
        raise PolicyError(f"The policy must be a JSON object, not {shown(loaded)}.")
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
        try:
            return document.decode("utf-8")
        except UnicodeDecodeError as error:
            raise PolicyError(f"The policy is not UTF-8 text (at byte {error.start}).") from None
    if not isinstance(document, Mapping):
        raise PolicyError(f"A policy is text or a mapping, not {type(document).__name__}.")
    try:
        return json.dumps(dict(document), allow_nan=False)
    except RecursionError:
        raise PolicyError("The policy is nested too deeply.") from None
    except (TypeError, ValueError):
        raise PolicyError("The policy holds a value that JSON does not have.") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise PolicyError(f"The key {shown(key)} appears twice in one object.")
        found[key] = value
    return found


def _not_json(constant: str) -> NoReturn:
    raise PolicyError(f"The policy is not JSON: {constant} is not a JSON number.")
