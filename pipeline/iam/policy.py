"""An IAM policy document, parsed once.

The grammar is IAM's
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html). Whatever is
wrong with a document ends in ``PolicyError`` with one sentence that names the place.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.iam.conditions import Condition, parse_condition
from pipeline.iam.errors import PolicyError

__all__ = ["Policy", "PolicyError", "Principals", "Statement", "parse_policy"]

LARGEST_DOCUMENT = 1024 * 1024
"""Characters; the services' own limits are far below."""

VERSIONS = ("2008-10-17", "2012-10-17")
"""The first is what a document without a Version gets; only the second has policy variables."""

_POLICY_ELEMENTS = frozenset({"Version", "Id", "Statement"})
_STATEMENT_ELEMENTS = frozenset(
    {
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    }
)
_PRINCIPAL_TYPES = frozenset({"AWS", "Service", "Federated", "CanonicalUser"})


@dataclass(frozen=True, slots=True)
class Principals:
    """A Principal or NotPrincipal element."""

    by_type: Mapping[str, tuple[str, ...]]
    """Values by type: AWS, Service, Federated, CanonicalUser. ``"*"`` alone is AWS ``*``."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. Of each pair, at most one member is set."""

    sid: str | None
    effect: str
    """Allow or Deny."""

    actions: tuple[str, ...]
    not_actions: tuple[str, ...]
    resources: tuple[str, ...]
    not_resources: tuple[str, ...]
    principals: Principals | None
    not_principals: Principals | None
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy document."""

    version: str
    policy_id: str | None
    statements: tuple[Statement, ...]

    @property
    def has_variables(self) -> bool:
        """Whether ``${…}`` means something; else it is plain text."""
        return self.version == "2012-10-17"


def parse_policy(document: str | bytes | Mapping[str, Any]) -> Policy:
    """Return the policy that a document says.

    Raises:
        PolicyError: It is no policy; the text says what is wrong and where.
    """
    tree = document if isinstance(document, Mapping) else _parse_json(document)
    if not isinstance(tree, Mapping):
        raise PolicyError("The policy is not a JSON object.")
    _refuse_unknown(tree, _POLICY_ELEMENTS, "the policy")
    version = tree.get("Version", VERSIONS[0])
    if version not in VERSIONS:
        raise PolicyError(f"Version must be {VERSIONS[1]} (or {VERSIONS[0]}), not {version!r}.")
    policy_id = tree.get("Id")
    if policy_id is not None and not isinstance(policy_id, str):
        raise PolicyError("Id must be text.")
    if "Statement" not in tree:
        raise PolicyError("The policy has no Statement.")
    statements = tree["Statement"]
    if isinstance(statements, Mapping):
        statements = [statements]
    if not isinstance(statements, list):
        raise PolicyError("Statement must be an object or a list of objects.")
    parsed = tuple(_statement(s, f"Statement[{n}]") for n, s in enumerate(statements))
    _refuse_repeated_sids(parsed)
    return Policy(version, policy_id, parsed)


def _parse_json(text: str | bytes) -> Any:
    if len(text) > LARGEST_DOCUMENT:
        raise PolicyError(f"The policy is longer than {LARGEST_DOCUMENT:,} characters.")
    try:
        return json.loads(text, object_pairs_hook=_without_duplicates)
    except RecursionError:
        raise PolicyError("The policy is nested too deeply.") from None
    except UnicodeDecodeError:
        raise PolicyError("The policy is not UTF-8 text.") from None
    except ValueError as error:
        raise PolicyError(f"The policy is not JSON: {error}.") from None


def _without_duplicates(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for name, value in pairs:
        if name in tree:
            raise PolicyError(f"The element {name!r} stands twice in one object.")
        tree[name] = value
    return tree


def _statement(tree: Any, place: str) -> Statement:
    if not isinstance(tree, Mapping):
        raise PolicyError(f"{place} is not an object.")
    _refuse_unknown(tree, _STATEMENT_ELEMENTS, place)
    for name, other in (
        ("Action", "NotAction"),
        ("Resource", "NotResource"),
        ("Principal", "NotPrincipal"),
    ):
        if name in tree and other in tree:
            raise PolicyError(f"{place} has both {name} and {other}; it takes one of them.")
    sid = tree.get("Sid")
    if sid is not None and not isinstance(sid, str):
        raise PolicyError(f"{place}.Sid must be text.")
    if tree.get("Effect") not in {"Allow", "Deny"}:
        raise PolicyError(f'{place}.Effect must be "Allow" or "Deny".')
    if "Action" not in tree and "NotAction" not in tree:
        raise PolicyError(f"{place} has neither Action nor NotAction.")
    return Statement(
        sid=sid,
        effect=tree["Effect"],
        actions=_texts(tree, "Action", place, _checked_action),
        not_actions=_texts(tree, "NotAction", place, _checked_action),
        resources=_texts(tree, "Resource", place, _checked_resource),
        not_resources=_texts(tree, "NotResource", place, _checked_resource),
        principals=_principals(tree, "Principal", place),
        not_principals=_principals(tree, "NotPrincipal", place),
        conditions=_conditions(tree.get("Condition", {}), f"{place}.Condition"),
    )


def _texts(
    tree: Mapping[str, Any], name: str, place: str, check: Callable[[str, str], None]
) -> tuple[str, ...]:
    if name not in tree:
        return ()
    values = _text_list(tree[name], f"{place}.{name}")
    for value in values:
        check(value, f"{place}.{name}")
    return values


def _text_list(value: Any, place: str) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    if not values:
        raise PolicyError(f"{place} is empty.")
    if not all(isinstance(v, str) for v in values):
        raise PolicyError(f"{place} must be text or a list of texts.")
    return tuple(values)


def _checked_action(value: str, place: str) -> None:
    vendor, colon, name = value.partition(":")
    if value != "*" and not (vendor and colon and name):
        raise PolicyError(f'{place}: {value!r} is not an action; actions look like "s3:GetObject".')


def _checked_resource(value: str, place: str) -> None:
    if not (value == "*" or value.startswith(("arn:", "${", "*")) or "*" in value[:4]):
        raise PolicyError(f'{place}: {value!r} is neither an ARN nor "*".')


def _principals(tree: Mapping[str, Any], name: str, place: str) -> Principals | None:
    if name not in tree:
        return None
    value = tree[name]
    if value == "*":
        return Principals({"AWS": ("*",)})
    if not isinstance(value, Mapping) or not value:
        raise PolicyError(f'{place}.{name} must be "*" or an object such as {{"Service": "…"}}.')
    _refuse_unknown(value, _PRINCIPAL_TYPES, f"{place}.{name}")
    return Principals(
        {kind: _text_list(names, f"{place}.{name}.{kind}") for kind, names in value.items()}
    )


def _conditions(tree: Any, place: str) -> tuple[Condition, ...]:
    if not isinstance(tree, Mapping):
        raise PolicyError(f"{place} must be an object.")
    parsed = []
    for operator, keys in tree.items():
        if not isinstance(keys, Mapping):
            raise PolicyError(f"{place}.{operator} must be an object of keys and values.")
        parsed += [
            parse_condition(operator, key, values, f"{place}.{operator}")
            for key, values in keys.items()
        ]
    return tuple(parsed)


def _refuse_unknown(tree: Mapping[str, Any], known: frozenset[str], place: str) -> None:
    for name in tree:
        if name not in known:
            nearest = next((k for k in sorted(known) if k.lower() == str(name).lower()), None)
            hint = f"; did you mean {nearest}?" if nearest else "."
            raise PolicyError(f"Unknown element {name!r} in {place}{hint}")


def _refuse_repeated_sids(statements: Iterable[Statement]) -> None:
    seen: set[str] = set()
    for statement in statements:
        if statement.sid:
            if statement.sid in seen:
                raise PolicyError(f"Two statements have the Sid {statement.sid!r}.")
            seen.add(statement.sid)
