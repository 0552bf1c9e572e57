"""The condition operators, as a table.

An operator compares one value of a request with one value of a policy. A *family* says how either
is read: text that cannot be read for the operator compares as unequal. A negated operator uses the
same comparison; ``conditions`` turns its result round, over all the policy's values at once.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from pipeline.iam.glob import Glob, Piece, compile_glob, plain, split_pieces

Pieces = Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Family:
    """How the values of some operators are read."""

    prepare: Callable[[Pieces], Any]
    """Reads a value of a policy; None when it cannot be read."""

    read: Callable[[str], Any]
    """Reads a value of a request; None when it cannot be read."""

    variables: bool = False
    """Whether policy variables stand in the policy's values."""


@dataclass(frozen=True, slots=True)
class Operator:
    """A condition operator without its prefix and suffix."""

    name: str
    family: Family

    compare: Callable[[Any, Any], bool]
    """Takes the request's value and the policy's, both read."""

    negated: bool = False

    def passes(self, value: str, prepared: Sequence[Any]) -> bool:
        """Tell whether one value of a request satisfies the operator for a policy's values."""
        read = self.family.read(value)
        equal = read is not None and any(
            wanted is not None and self.compare(read, wanted) for wanted in prepared
        )
        return equal is not self.negated


_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?", re.ASCII)
_EPOCH = re.compile(r"\d{1,15}(?:\.\d{1,9})?", re.ASCII)
_DATE = re.compile(
    r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII
)
_BOOLS = {"true": True, "false": False}


def _number(text: str) -> Decimal | None:
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _date(text: str) -> float | None:
    """Return seconds of the Unix epoch. A date without a time zone is in UTC."""
    if _EPOCH.fullmatch(text):
        return float(text)
    if not _DATE.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _bool(text: str) -> bool | None:
    return _BOOLS.get(text.lower())


def _binary(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    _, slash, length = text.partition("/")
    if slash and not (length.isascii() and length.isdigit()):
        return None
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _arn(text: str) -> list[str] | None:
    segments = text.split(":", 5)
    return segments if len(segments) == 6 else None


def _arn_globs(pieces: Pieces) -> tuple[Glob, ...] | None:
    segments = split_pieces(pieces, ":", 5)
    return tuple(compile_glob(segment) for segment in segments) if len(segments) == 6 else None


def _segments_match(segments: Sequence[str], globs: Sequence[Glob]) -> bool:
    return all(glob.matches(part) for glob, part in zip(globs, segments, strict=True))


def _glob_matches(text: str, glob: Glob) -> bool:
    return glob.matches(text)


def _within(address: Any, network: Any) -> bool:
    return address in network


def _of_text(read: Callable[[str], Any]) -> Family:
    return Family(lambda pieces: read(plain(pieces)), read)


_EXACT = Family(plain, str, variables=True)
_ANY_CASE = Family(lambda pieces: plain(pieces).casefold(), str.casefold, variables=True)
_LIKE = Family(compile_glob, str, variables=True)
_ARN = Family(_arn_globs, _arn, variables=True)
_NUMERIC = _of_text(_number)
_DATES = _of_text(_date)
_IP = Family(lambda pieces: _network(plain(pieces)), _address)

NULL = Operator("Null", _of_text(_bool), operator.is_)
"""Asks whether the key is missing; it never sees a value of the request."""


def _ordered(prefix: str, family: Family) -> tuple[Operator, ...]:
    return (
        Operator(f"{prefix}Equals", family, operator.eq),
        Operator(f"{prefix}NotEquals", family, operator.eq, negated=True),
        Operator(f"{prefix}LessThan", family, operator.lt),
        Operator(f"{prefix}LessThanEquals", family, operator.le),
        Operator(f"{prefix}GreaterThan", family, operator.gt),
        Operator(f"{prefix}GreaterThanEquals", family, operator.ge),
    )


OPERATORS = {
    entry.name: entry
    for entry in (
        Operator("StringEquals", _EXACT, operator.eq),
        Operator("StringNotEquals", _EXACT, operator.eq, negated=True),
        Operator("StringEqualsIgnoreCase", _ANY_CASE, operator.eq),
        Operator("StringNotEqualsIgnoreCase", _ANY_CASE, operator.eq, negated=True),
        Operator("StringLike", _LIKE, _glob_matches),
        Operator("StringNotLike", _LIKE, _glob_matches, negated=True),
        *_ordered("Numeric", _NUMERIC),
        *_ordered("Date", _DATES),
        Operator("Bool", _of_text(_bool), operator.eq),
        Operator("BinaryEquals", _of_text(_binary), operator.eq),
        Operator("IpAddress", _IP, _within),
        Operator("NotIpAddress", _IP, _within, negated=True),
        Operator("ArnEquals", _ARN, _segments_match),
        Operator("ArnLike", _ARN, _segments_match),
        Operator("ArnNotEquals", _ARN, _segments_match, negated=True),
        Operator("ArnNotLike", _ARN, _segments_match, negated=True),
        NULL,
    )
}
"""Every operator by its name."""
