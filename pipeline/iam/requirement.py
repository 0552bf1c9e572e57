"""What an API call needs: an action on a resource, in a context; and how a table row says so."""

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

ResourceOf = Callable[[Parameters, Place], str]
"""From a call's parameters to the ARN of the resource it is about."""


def one(action: str, resource: ResourceOf, context: Mapping[str, str] | None = None) -> Needs:
    """Return the row of an operation that needs one action on one resource.

    Args:
        action: The action.
        resource: Finds the resource.
        context: Condition keys by the name of the parameter that gives their value.
    """

    def needs(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
        return (
            Requirement(action, resource(parameters, place), keys_given(parameters, context or {})),
        )

    return needs


def anywhere(action: str) -> Needs:
    """Return the row of an operation whose action knows no resources."""
    return lambda _parameters, _place: (Requirement(action, "*"),)


def together(*rows: Needs) -> Needs:
    """Return the row of an operation that needs everything that some rows need."""

    def needs(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
        return tuple(requirement for row in rows for requirement in row(parameters, place))

    return needs


def given(names: tuple[str, ...], row: Needs) -> Needs:
    """Return a row that counts only when one of some parameters is given and not empty."""

    def needs(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
        return row(parameters, place) if any(parameters.get(name) for name in names) else ()

    return needs


def keys_given(parameters: Parameters, keys: Mapping[str, str]) -> dict[str, str]:
    """Return condition keys with the values of their parameters, where those are given."""
    return {key: str(parameters[name]) for name, key in keys.items() if name in parameters}
