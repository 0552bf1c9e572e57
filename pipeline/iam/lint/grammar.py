"""Errors: what the grammar of policies does not allow.

Every element is given to ``parse_policy`` on its own, in a statement that is otherwise sound, and
so is every value of an element that it refuses. So all mistakes are found at once, each at its own
place, and what is right or wrong is said by the parser alone.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import functools
import itertools
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.iam.documents import shown
from pipeline.iam.errors import PolicyError
from pipeline.iam.lint.mistakes import suggestion_for
from pipeline.iam.lint.remarks import Remark, error
from pipeline.iam.lint.similar import closest, did_you_mean
from pipeline.iam.policy import PolicyKind, parse_policy
from pipeline.iam.positions import Path
from pipeline.iam.written import VARIABLES_SINCE, PolicyView, StatementView

_TOP = ("Version", "Id", "Statement")
_PAIRS = (("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal"))
_ELEMENTS = ("Sid", "Effect", "Condition", *itertools.chain(*_PAIRS))
_SOUND = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
_SOUND_FOR_TRUST = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}
_SOUND_FOR_KIND: Mapping[PolicyKind | None, Mapping[str, str]] = {
    PolicyKind.RESOURCE: {**_SOUND, "Principal": "*"},
    PolicyKind.TRUST: _SOUND_FOR_TRUST,
}
_OPPOSITE = dict(itertools.chain(_PAIRS, (pair[::-1] for pair in _PAIRS)))
_ITEMISED = frozenset(itertools.chain(*_PAIRS[:2]))


def grammar(policy: PolicyView) -> Iterator[Remark]:
    """Yield what is refused wherever such a policy is put."""
    document = policy.document
    yield from _unknown(document, _TOP, ())
    if "Version" in document and _refusal({**document, "Statement": []}) is not None:
        version = document["Version"]
        if version not in (VARIABLES_SINCE, "2008-10-17"):
            yield error(
                "wrong-version",
                f'Version must be "{VARIABLES_SINCE}", not {shown(version)}.',
                ("Version",),
                suggestion="Version is the policy language's, not yours: it names the grammar.",
                replacement=json.dumps(VARIABLES_SINCE),
            )
    if not isinstance(document.get("Id", ""), str):
        yield error("bad-id", f"Id must be a text, not {shown(document['Id'])}.", ("Id",))
    yield from _body(policy)
    for statement in policy.statements:
        yield from _statement(statement)
    yield from _repeated_sids(policy)


def _body(policy: PolicyView) -> Iterator[Remark]:
    if "Statement" not in policy.document:
        yield error("missing-statement", "The policy has no Statement.", ())
        return
    body = policy.document["Statement"]
    if not isinstance(body, list | dict):
        message = f"Statement must be an object or a list of objects, not {shown(body)}."
        yield error("bad-statement", message, ("Statement",))
    elif isinstance(body, list):
        if not body and policy.kind is not None:
            yield error("empty-list", "Statement must not be empty.", ("Statement",))
        for index, entry in enumerate(body):
            if not isinstance(entry, dict):
                message = f"A statement must be an object, not {shown(entry)}."
                yield error("bad-statement", message, ("Statement", index))


def _statement(statement: StatementView) -> Iterator[Remark]:
    entry, path = statement.entry, statement.path
    yield from _unknown(entry, _ELEMENTS, path)
    for one, other in _PAIRS:
        if one in entry and other in entry:
            message = f"The statement has both {one} and {other}; it takes one of them."
            yield error("both-of-a-pair", message, (*path, other), on_key=True)
    if not _has(entry, "Effect"):
        message = 'The statement has no Effect; it must be "Allow" or "Deny".'
        yield error("missing-effect", message, path)
    if not _has(entry, "Action"):
        yield error("missing-action", "The statement has no Action.", path)
    yield from _principal_and_resource(statement)
    for element in _ELEMENTS:
        if element in entry:
            yield from _element(statement, element)


def _has(entry: Any, element: str) -> bool:
    """Tell whether an element is there, or another one that is meant to be it."""
    meant = {closest(name, _ELEMENTS) for name in entry if name not in _ELEMENTS}
    return bool({element, _OPPOSITE.get(element, element)} & {*entry, *meant})


def _article(kind: PolicyKind) -> str:
    return f"{'an' if kind.value[0] in 'aeio' else 'a'} {kind}"


def _unknown(found: Any, known: tuple[str, ...], path: Path) -> Iterator[Remark]:
    for name in found:
        if name not in known:
            meant = closest(name, known)
            yield error(
                "unknown-element",
                f"{'A statement' if path else 'A policy'} has no element {shown(name)}.",
                (*path, name),
                suggestion=did_you_mean(meant) or f"Elements are {', '.join(known)}.",
                replacement=json.dumps(meant) if meant else None,
                on_key=True,
            )


def _principal_and_resource(statement: StatementView) -> Iterator[Remark]:
    """Remark on elements that the policy's kind needs and that it prohibits."""
    kind, entry = statement.kind, statement.entry
    has = (_has(entry, "Principal"), _has(entry, "Resource"))
    if kind is None:
        return
    wanted = _combinations(kind)
    if not wanted or has in wanted:
        return
    for position, element in enumerate(("Principal", "Resource")):
        if all(combination[position] for combination in wanted) and not has[position]:
            message = f"The statement has no {element}; {_article(kind)} needs one."
            yield error(f"missing-{element.lower()}", message, statement.path)
        if not any(combination[position] for combination in wanted) and has[position]:
            name = next((n for n in (element, _OPPOSITE[element]) if n in entry), None)
            if name is None:
                continue
            yield error(
                f"prohibited-{element.lower()}",
                f"The statement has a {name}; {_article(kind)} takes none.",
                (*statement.path, name),
                suggestion=_PROHIBITED[element],
                on_key=True,
            )


_PROHIBITED = {
    "Principal": "Remove it: the policy is for whom it is attached to.",
    "Resource": "Remove it: a trust policy is about the role that it belongs to.",
}


@functools.cache
def _combinations(kind: PolicyKind) -> tuple[tuple[bool, bool], ...]:
    """Return whether there may be a Principal and a Resource, as the parser takes them."""
    accepted = []
    for principal, resource in itertools.product((True, False), repeat=2):
        for sound in (_SOUND, _SOUND_FOR_TRUST):
            entry = {key: sound[key] for key in ("Effect", "Action")}
            entry |= {"Principal": "*"} if principal else {}
            entry |= {"Resource": "*"} if resource else {}
            if _refusal({"Version": VARIABLES_SINCE, "Statement": [entry]}, kind) is None:
                accepted.append((principal, resource))
                break
    return tuple(accepted)


def _element(statement: StatementView, element: str) -> Iterator[Remark]:
    value, path = statement.entry[element], (*statement.path, element)
    if _refused(statement, element, value) is None:
        return
    if element in ("Principal", "NotPrincipal") and isinstance(value, dict) and value:
        for type_, names in value.items():
            yield from _items(statement, element, names, path, type_)
    elif element == "Condition" and isinstance(value, dict):
        yield from _conditions(statement, value, path)
    elif element in _ITEMISED:
        yield from _items(statement, element, value, path)
    else:
        yield _bad(statement, element, value, path)


def _items(
    statement: StatementView, element: str, value: Any, path: Path, *keys: str
) -> Iterator[Remark]:
    """Remark on each refused value of a list, or on the value itself."""

    def inside(item: Any) -> Any:
        for key in reversed(keys):
            item = {key: item}
        return item

    path = (*path, *keys)
    if _refused(statement, element, inside(value)) is None:
        return
    if isinstance(value, list) and value:
        for index, item in enumerate(value):
            if _refused(statement, element, inside([item])) is not None:
                yield _bad(statement, element, inside([item]), (*path, index))
    else:
        yield _bad(statement, element, inside(value), path)


def _conditions(statement: StatementView, value: Any, path: Path) -> Iterator[Remark]:
    for operator, keys in value.items():
        if _refused(statement, "Condition", {operator: {"aws:username": "true"}}) is not None:
            yield _bad(
                statement,
                "Condition",
                {operator: {"aws:username": "true"}},
                (*path, operator),
                on_key=True,
            )
        elif not isinstance(keys, dict):
            yield _bad(statement, "Condition", {operator: keys}, (*path, operator))
        else:
            for key, values in keys.items():
                yield from _items(statement, "Condition", values, path, operator, key)


def _bad(
    statement: StatementView, element: str, value: Any, path: Path, *, on_key: bool = False
) -> Remark:
    message = _refused(statement, element, value) or f"{element} is malformed."
    suggestion, replacement = suggestion_for(element, value, path)
    code = element.removeprefix("Not").lower()
    return error(
        f"bad-{code}" if not on_key else "unknown-operator",
        message.removeprefix("Statement."),
        path,
        suggestion=suggestion,
        replacement=replacement,
        on_key=on_key,
    )


def _refused(statement: StatementView, element: str, value: Any) -> str | None:
    """Return why an element is refused in a statement that is otherwise sound, or None."""
    version = VARIABLES_SINCE if statement.has_variables else "2008-10-17"
    sound: Mapping[str, str] = _SOUND
    kind = None
    if element in ("Principal", "NotPrincipal"):
        kind = PolicyKind.RESOURCE
    elif element == "Sid":
        kind = statement.kind
        sound = _SOUND_FOR_KIND.get(kind, _SOUND)
    entry = {key: held for key, held in sound.items() if key != _OPPOSITE.get(element)}
    return _refusal({"Version": version, "Statement": {**entry, element: value}}, kind)


def _refusal(document: dict[str, Any], kind: PolicyKind | None = None) -> str | None:
    try:
        parse_policy(document, kind=kind)
    except PolicyError as refused:
        return str(refused)
    return None


def _repeated_sids(policy: PolicyView) -> Iterator[Remark]:
    counted: Counter[str] = Counter()
    for statement in policy.statements:
        sid = statement.entry.get("Sid")
        if isinstance(sid, str) and sid:
            counted[sid] += 1
            if counted[sid] > 1:
                yield error(
                    "repeated-sid",
                    f"The Sid {shown(sid)} appears twice; a Sid must be unique.",
                    (*statement.path, "Sid"),
                    replacement=json.dumps(f"{sid}{counted[sid]}"),
                    suggestion="Give each statement a name of its own, or none.",
                )
