"""Reads a policy's text, asks every rule, and puts what they remark into its place."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from pipeline.iam.documents import MAX_CHARACTERS
from pipeline.iam.errors import PolicyError
from pipeline.iam.lint.actions import action_names
from pipeline.iam.lint.breadth import breadth, repetition
from pipeline.iam.lint.conditions import conditions
from pipeline.iam.lint.findings import Finding
from pipeline.iam.lint.grammar import grammar
from pipeline.iam.lint.loading import UnreadableError, load
from pipeline.iam.lint.principals import principals
from pipeline.iam.lint.puts import RULES, put_refusal
from pipeline.iam.lint.remarks import Remark, error
from pipeline.iam.lint.resources import resources
from pipeline.iam.lint.versions import versions
from pipeline.iam.policy import PolicyKind, parse_policy
from pipeline.iam.positions import Lines, Places, Span
from pipeline.iam.written import PolicyView

MOST_FINDINGS = 100
"""More than a person reads; a text that has more is not searched to its end."""

_STATEMENT_RULES = (action_names, resources, principals, conditions, breadth)


def lint(
    text: str, *, kind: PolicyKind | None = None, service: str | None = None
) -> tuple[Finding, ...]:
    """Return what is wrong with a policy, in the order of its text; never raises.

    Args:
        text: The policy's JSON text, whatever it holds.
        kind: Where the policy is to be attached; None to check only what holds everywhere.
        service: boto3's name of the service that is to keep the policy (``s3`` for a bucket
            policy, ``iam`` for one of an identity or a role's trust policy), which then refuses
            what it refuses on AWS; None to leave that out.

    Returns:
        At most ``MOST_FINDINGS``. The policy can be put when no finding is an error.
    """
    try:
        document, places = load(text)
    except UnreadableError as unreadable:
        lines = Lines(text[:MAX_CHARACTERS])
        return (_placed(unreadable.remark, unreadable.span, lines),)
    policy = PolicyView(document, kind)
    lines = Lines(text)
    remarks = itertools.islice(_remarks(policy, text, service), MOST_FINDINGS)
    found = [_placed(remark, _span(remark, places), lines) for remark in remarks]
    return tuple(sorted(found, key=lambda finding: (finding.start.offset, finding.severity)))


def _remarks(policy: PolicyView, text: str, service: str | None) -> Iterator[Remark]:
    errors = list(itertools.islice(grammar(policy), MOST_FINDINGS))
    yield from errors or _refused_whole(policy, text, service)
    yield from versions(policy)
    for statement in policy.statements:
        for rule in _STATEMENT_RULES:
            yield from rule(statement)
    yield from repetition(policy)


def _refused_whole(policy: PolicyView, text: str, service: str | None) -> Iterator[Remark]:
    """Remark on what only the parser, or the service that is to keep the policy, refuses."""
    try:
        parse_policy(policy.document, kind=policy.kind)
    except PolicyError as refused:
        yield error("malformed", str(refused), ("Statement",))
        return
    if service is None or policy.kind is None or (service, policy.kind) not in RULES:
        return
    refusal = put_refusal(service, text, policy.kind)
    if refusal is not None:
        yield error(
            "put-refused",
            f"{service} refuses this: {refusal.code}: {refusal.message}",
            refusal.path,
            suggestion=refusal.advice,
        )


def _span(remark: Remark, places: Places) -> Span:
    return places.of_key(remark.path) if remark.on_key else places.of(remark.path)


def _placed(remark: Remark, span: Span, lines: Lines) -> Finding:
    return Finding(
        remark.severity,
        remark.code,
        remark.message,
        remark.suggestion,
        remark.replacement,
        lines.position(span.start),
        lines.position(span.end),
        _statement_of(remark),
    )


def _statement_of(remark: Remark) -> int | None:
    if remark.path[:1] != ("Statement",):
        return None
    index = remark.path[1] if len(remark.path) > 1 else None
    if isinstance(index, int):
        return index
    return 0 if index is not None else None
