"""Policies as values, and how to get one from a document.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pipeline.iam.conditions import Condition, parse_conditions
from pipeline.iam.documents import load_document, shown
from pipeline.iam.elements import parse_actions, parse_principals, parse_resources
from pipeline.iam.errors import PolicyError
from pipeline.iam.matching import ActionPattern, PrincipalPattern, ResourcePattern, covers

__all__ = ["Effect", "Policy", "PolicyError", "PolicyKind", "Statement", "parse_policy"]


class Effect(StrEnum):
    """What a statement does when it matches."""

    ALLOW = "Allow"
    DENY = "Deny"


class PolicyKind(StrEnum):
    """Where a policy is attached, which decides on the elements it may have."""

    IDENTITY = "identity-based policy"
    RESOURCE = "resource-based policy"
    TRUST = "role trust policy"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. Of each pair of elements at most one is there; the other is None."""

    sid: str | None
    effect: Effect
    actions: tuple[ActionPattern, ...] | None
    not_actions: tuple[ActionPattern, ...] | None

    resources: tuple[ResourcePattern, ...] | None
    not_resources: tuple[ResourcePattern, ...] | None
    """A role trust policy has neither of these two."""

    principals: tuple[PrincipalPattern, ...] | None
    not_principals: tuple[PrincipalPattern, ...] | None
    """An identity-based policy has neither of these two."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy document."""

    version: str
    """``2012-10-17``, or ``2008-10-17``, which has no policy variables."""

    id: str | None
    statements: tuple[Statement, ...]

    _places: dict[str, tuple[int, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def places_about(self, action: str) -> tuple[int, ...]:
        """Return the places of the statements that are about an action, given in lower case.

        They are kept: a policy is asked about few actions, and about those again and again.
        """
        places = self._places.get(action)
        if places is None:
            places = tuple(
                index
                for index, statement in enumerate(self.statements)
                if statement.actions is None or covers(statement.actions, action)
            )
            if len(self._places) < _MOST_ACTIONS_KEPT:
                self._places[action] = places
        return places


_MOST_ACTIONS_KEPT = 256
_VARIABLES_SINCE = "2012-10-17"
_DEFAULT_VERSION = "2008-10-17"
_TOP = {"Version", "Id", "Statement"}
_PAIRS = (("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal"))
_ELEMENTS = {"Sid", "Effect", "Condition"}.union(*_PAIRS)
_PLAIN_SID = re.compile(r"[0-9A-Za-z]*")


def parse_policy(
    document: str | bytes | Mapping[str, Any], *, kind: PolicyKind | None = None
) -> Policy:
    """Return a policy document as a value.

    Args:
        document: JSON text, or the object it stands for.
        kind: Where it is to be attached: then it is also checked for the elements that it must and
            must not have there, as when it is put. Without, any kind of policy is read.

    Raises:
        PolicyError: It is malformed.
    """
    loaded = load_document(document)
    _known(loaded, _TOP, "The policy")
    version = loaded.get("Version", _DEFAULT_VERSION)
    if version not in (_VARIABLES_SINCE, _DEFAULT_VERSION):
        raise PolicyError(f'Version must be "{_VARIABLES_SINCE}", not {shown(version)}.')
    if "Statement" not in loaded:
        raise PolicyError("The policy has no Statement.")
    body = loaded["Statement"]
    places = [("Statement", body)] if isinstance(body, dict) else _numbered(body)
    if kind is not None and not places:
        raise PolicyError("Statement must not be empty.")
    statements = tuple(
        _statement(entry, where, kind, variables=version == _VARIABLES_SINCE)
        for where, entry in places
    )
    _check_sids(statements, kind)
    return Policy(version, _optional_text(loaded, "Id", "Id"), statements)


def _numbered(body: object) -> list[tuple[str, object]]:
    if not isinstance(body, list):
        raise PolicyError(f"Statement must be an object or a list of objects, not {shown(body)}.")
    return [(f"Statement[{index}]", entry) for index, entry in enumerate(body)]


def _statement(entry: object, where: str, kind: PolicyKind | None, *, variables: bool) -> Statement:
    if not isinstance(entry, dict):
        raise PolicyError(f"{where} must be an object, not {shown(entry)}.")
    _known(entry, _ELEMENTS, where)
    _check_pairs(entry, where, kind)
    effect = entry.get("Effect")
    if effect not in ("Allow", "Deny"):
        given = f", not {shown(effect)}" if "Effect" in entry else ""
        raise PolicyError(f'{where}.Effect must be "Allow" or "Deny"{given}.')

    def read(name: str, parse: Any, **options: bool) -> Any:
        return parse(entry[name], f"{where}.{name}", **options) if name in entry else None

    return Statement(
        sid=_optional_text(entry, "Sid", f"{where}.Sid"),
        effect=Effect(effect),
        actions=read("Action", parse_actions),
        not_actions=read("NotAction", parse_actions),
        resources=read("Resource", parse_resources, variables=variables),
        not_resources=read("NotResource", parse_resources, variables=variables),
        principals=read("Principal", parse_principals, strict=kind is not None),
        not_principals=read("NotPrincipal", parse_principals, strict=kind is not None),
        conditions=read("Condition", parse_conditions, variables=variables) or (),
    )


def _known(found: Mapping[str, Any], known: set[str], where: str) -> None:
    for name in found:
        if name not in known:
            raise PolicyError(f"{where} has an unknown element {shown(name)}.")


def _check_pairs(entry: Mapping[str, Any], where: str, kind: PolicyKind | None) -> None:
    for one, other in _PAIRS:
        if one in entry and other in entry:
            raise PolicyError(f"{where} has both {one} and {other}; it takes one of them.")
    has_action, has_resource, has_principal = (
        one in entry or other in entry for one, other in _PAIRS
    )
    if not has_action:
        raise PolicyError(f"{where} has no Action.")
    if has_principal and kind is PolicyKind.IDENTITY:
        raise PolicyError(f"{where} has a Principal; an {kind} takes none.")
    if has_resource and kind is PolicyKind.TRUST:
        raise PolicyError(f"{where} has a Resource; a {kind} takes none.")
    if not has_principal and kind in (PolicyKind.RESOURCE, PolicyKind.TRUST):
        raise PolicyError(f"{where} has no Principal; a {kind} needs one.")
    if not has_resource and (kind in (PolicyKind.RESOURCE, PolicyKind.IDENTITY)):
        raise PolicyError(f"{where} has no Resource.")
    if not has_resource and not has_principal:
        raise PolicyError(f"{where} has neither Resource nor Principal.")


def _check_sids(statements: tuple[Statement, ...], kind: PolicyKind | None) -> None:
    sids = [statement.sid for statement in statements if statement.sid]
    for sid in sids:
        if sids.count(sid) > 1:
            raise PolicyError(f"The Sid {shown(sid)} appears twice; a Sid must be unique.")
        if kind in (PolicyKind.IDENTITY, PolicyKind.TRUST) and not _PLAIN_SID.fullmatch(sid):
            raise PolicyError(f"The Sid {shown(sid)} must be letters A–Z, a–z and digits only.")


def _optional_text(found: Mapping[str, Any], name: str, where: str) -> str | None:
    value = found.get(name)
    if name in found and not isinstance(value, str):
        raise PolicyError(f"{where} must be a text, not {shown(value)}.")
    return value
