"""What an API call needs: an action on a resource, in a context."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Parameters = Mapping[str, Any]
"""An API call's parameters, by the names that boto3 uses."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One action that AWS checks before it makes a call."""

    action: str
    resource: str
    """An ARN, or ``*``."""

    context: Mapping[str, str] = field(default_factory=dict)
    """Condition keys that the call's parameters give."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call is made."""

    account: str
    region: str

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a resource of this account and Region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"

    def global_arn(self, service: str, resource: str) -> str:
        """Return the ARN of a resource of this account that is in no Region."""
        return f"arn:aws:{service}::{self.account}:{resource}"


Needs = Callable[[Parameters, Place], tuple[Requirement, ...]]
"""A row of the table: from a call's parameters to what it needs."""


def one(action: str, resource: Callable[[Parameters, Place], str]) -> Needs:
    """Return the row of an operation that needs one action on one resource."""
    return lambda parameters, place: (Requirement(action, resource(parameters, place)),)


def anywhere(action: str) -> Needs:
    """Return the row of an operation whose action knows no resources."""
    return lambda _parameters, _place: (Requirement(action, "*"),)
