"""What an API call needs: an action on a resource, in a context; and how a table row says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pipeline.iam.errors import UnknownOperationError
from pipeline.iam.request import ContextValue

Parameters = Mapping[str, Any]
"""An API call's parameters, by the names that boto3 uses."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One action that AWS checks before it makes a call."""

    action: str

    resource: str
    """An ARN, or ``*``; the number itself for a message to a telephone."""

    context: Mapping[str, ContextValue] = field(default_factory=dict)
    """Condition keys that the call's parameters give; a tuple for a key that can have several."""


def _nothing_known(*_: object) -> None:
    return None


def _no_tags(*_: object) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Lookups:
    """What a call does not say but the cloud that it is made to knows; None when it does not."""

    key_of_alias: Callable[[str], str | None] = _nothing_known
    """From the ARN of a KMS alias to that of its key."""

    key_of_ciphertext: Callable[[bytes], str | None] = _nothing_known
    """From what KMS encrypted to the ARN of the key that it was encrypted with."""

    partition_key: Callable[[str], str | None] = _nothing_known
    """From the ARN of a DynamoDB table or index to the name of its partition key."""

    path: Callable[[str, str], str | None] = _nothing_known
    """From a kind of IAM resource (``role``, ``user`` …) and a name to the path it stands in."""

    boundary: Callable[[str], str | None] = _nothing_known
    """From the ARN of a user or role to that of its permissions boundary."""

    mapped_function: Callable[[str], str | None] = _nothing_known
    """From the id of an event source mapping to the ARN of its function."""

    object_tags: Callable[[str, str, str | None], Mapping[str, str]] = _no_tags
    """From the bucket, key and version of an object in S3 to its tags."""

    object_key: Callable[[str, str, str | None], str | None] = _nothing_known
    """From the same to the ARN of the KMS key that it is encrypted with."""

    queue_key: Callable[[str], str | None] = _nothing_known
    """From the ARN of a queue to that of the customer managed key that encrypts its messages."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call is made, and by whom."""

    account: str
    region: str
    caller: str | None = None
    """The ARN of who calls, for calls that are about their caller."""

    lookups: Lookups = Lookups()

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

KeysOf = Callable[[Parameters, Place], Mapping[str, ContextValue]]
"""From a call's parameters to condition keys."""

Keys = Mapping[str, str] | KeysOf
"""Condition keys by the name of the parameter that gives their value, or what finds them."""


def one(action: str, resource: ResourceOf, *keys: Keys) -> Needs:
    """Return the row of an operation that needs one action on one resource."""

    def needs(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
        context = all_keys(keys, parameters, place)
        return (Requirement(action, resource(parameters, place), context),)

    return needs


def on(service: str, resource: ResourceOf, names: str, *keys: Keys) -> dict[str, Needs]:
    """Return rows of operations that need the action of their own name on one resource.

    Args:
        service: The prefix of the actions.
        resource: Finds the resource.
        names: The operations, with spaces between.
        keys: Their condition keys.
    """
    return {name: one(f"{service}:{name}", resource, *keys) for name in names.split()}


def anywhere(action: str, *keys: Keys) -> Needs:
    """Return the row of an operation whose action knows no resources."""
    return one(action, no_resource, *keys)


def no_resource(_parameters: Parameters, _place: Place) -> str:
    """Return what stands for the resource of an action that knows none."""
    return "*"


def named(parameter: str) -> ResourceOf:
    """Return what finds a resource whose ARN is a parameter."""
    return lambda parameters, _place: str(parameters[parameter])


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


def passing(role: str | None, service: str) -> tuple[Requirement, ...]:
    """Return what handing a role to a service needs; nothing without a role.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    """
    if not role:
        return ()
    return (Requirement("iam:PassRole", role, {"iam:PassedToService": service}),)


def refused(reason: str) -> Needs:
    """Return a row that refuses: what the call needs is not known."""

    def needs(_parameters: Parameters, _place: Place) -> tuple[Requirement, ...]:
        raise UnknownOperationError(reason)

    return needs


def all_keys(
    keys: tuple[Keys, ...], parameters: Parameters, place: Place
) -> dict[str, ContextValue]:
    """Return the condition keys that a call's parameters give."""
    context: dict[str, ContextValue] = {}
    for some in keys:
        found = some(parameters, place) if callable(some) else keys_given(parameters, some)
        context.update(found)
    return context


def keys_given(parameters: Parameters, keys: Mapping[str, str]) -> dict[str, ContextValue]:
    """Return condition keys with the values of their parameters, where those are given."""
    values = {key: as_value(parameters[name]) for name, key in keys.items() if name in parameters}
    return {key: value for key, value in values.items() if value != ()}


def as_value(value: object) -> ContextValue:
    """Return a parameter as policies write it."""
    if isinstance(value, list | tuple):
        return tuple(str(entry) for entry in value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(value)
