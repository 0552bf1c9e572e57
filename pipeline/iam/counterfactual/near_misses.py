"""Allow statements that fail on one element only, and the smallest change that makes them match."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.iam.counterfactual.additions import VARIABLES_SINCE, is_editable
from pipeline.iam.counterfactual.edits import Edit, EditKind, read_statement, with_version
from pipeline.iam.counterfactual.places import Place, matches, placed, traces_at
from pipeline.iam.counterfactual.repairs import LEAST_COST, Repair, repairs
from pipeline.iam.counterfactual.wording import policy_of, statement_of
from pipeline.iam.policy import Effect, Policy
from pipeline.iam.request import Request
from pipeline.iam.tracing import Layer, NamedPolicy, StatementTrace
from pipeline.iam.verdicts import Policies
from pipeline.iam.writing import statement_document, to_document

_MOST = 2
_ANY_WILL_DO = frozenset({Layer.IDENTITY, Layer.SCP})
_COST_OF_A_VERSION = 1


def near_misses(request: Request, policies: Policies, target: Place) -> tuple[Edit, ...]:
    """Return the best changes of statements that would allow where a place's statement would.

    Of the identity-based policies and of a level's service control policies one must allow, so
    that a statement in any of them will do.
    """
    edits = (
        edit
        for place, named in placed(policies)
        if is_editable(named) and _is_alike(place, target)
        for edit in _in_policy(request, policies, place, named)
    )
    best: list[Edit] = []
    for edit in edits:
        best = sorted([*best, edit], key=lambda each: each.cost)[:_MOST]
        if len(best) == _MOST and best[-1].cost == LEAST_COST:
            break
    return tuple(best)


def _is_alike(place: Place, target: Place) -> bool:
    if place.layer is not target.layer or place.level != target.level:
        return False
    return target.layer in _ANY_WILL_DO or place.position == target.position


def _in_policy(
    request: Request, policies: Policies, place: Place, named: NamedPolicy
) -> Iterator[Edit]:
    policy = named.policy
    for trace in traces_at(request, policies, place.layer, policy):
        if trace.matched or trace.effect is Effect.DENY:
            continue
        for repair in repairs(request, policy, trace, place.layer):
            after = read_statement(repair.after, policy.version)
            if matches(request, policies, place.layer, after):
                yield _change(request, place, policy, trace, repair)
    yield from _newer_version(request, policies, place, policy)


def _change(
    request: Request, place: Place, policy: Policy, trace: StatementTrace, repair: Repair
) -> Edit:
    name = statement_of(trace.sid, trace.index)
    return Edit(
        place,
        EditKind.CHANGE,
        trace.index,
        statement_document(policy.statements[trace.index]),
        repair.after,
        f"In {name} of {policy_of(place, request)}: {repair.sentence}",
        repair.cost,
    )


def _newer_version(
    request: Request, policies: Policies, place: Place, policy: Policy
) -> Iterator[Edit]:
    """Yield the newer version for a policy that has variables, when it allows and denies nothing.

    Under the old one ``${aws:username}`` is plain text, and a statement with it hardly ever
    matches; the same goes for statements that deny.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
    """
    if policy.version == VARIABLES_SINCE or "${" not in str(to_document(policy)):
        return
    newer = with_version(policy, VARIABLES_SINCE)
    if newer is None:
        return
    traces = traces_at(request, policies, place.layer, newer)
    effects = {trace.effect for trace in traces if trace.matched}
    if effects == {Effect.ALLOW}:
        yield Edit(
            place,
            EditKind.VERSION,
            None,
            {"Version": policy.version},
            {"Version": VARIABLES_SINCE},
            f"Give {policy_of(place, request)} the Version {VARIABLES_SINCE}: "
            "under the old one a policy variable such as ${aws:username} is plain text.",
            _COST_OF_A_VERSION,
        )
