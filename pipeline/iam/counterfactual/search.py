"""Puts edits together into the smallest sets that allow a denied request."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.iam.counterfactual.additions import COST_OF_A_SESSION, additions, targets
from pipeline.iam.counterfactual.edits import Edit, apply
from pipeline.iam.counterfactual.elsewhere import WhyNot, why_not
from pipeline.iam.counterfactual.narrowing import Denial, denials
from pipeline.iam.counterfactual.near_misses import near_misses
from pipeline.iam.counterfactual.places import Place
from pipeline.iam.counterfactual.subsets import smallest
from pipeline.iam.evaluation import evaluate
from pipeline.iam.request import Request
from pipeline.iam.tracing import Layer
from pipeline.iam.verdicts import Policies

MOST_SETS = 6
MOST_EDITS = 16
"""A request that takes more edits than this is not what its policies are for."""

_LAYERS = list(Layer)
_ATTACHED = frozenset({Layer.RESOURCE, Layer.TRUST})


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """A set of edits that together allow a denied request; without any one it stays denied."""

    edits: tuple[Edit, ...]

    elsewhere: tuple[WhyNot, ...]
    """Places in which one more statement that allows it would not be enough, and why."""

    @property
    def cost(self) -> int:
        """How large its edits are together."""
        return sum(edit.cost for edit in self.edits)

    def as_document(self) -> dict[str, Any]:
        """Return it as a JSON document."""
        return {
            "edits": [edit.as_document() for edit in self.edits],
            "elsewhere": [reason.as_document() for reason in self.elsewhere],
        }


def counterfactuals(request: Request, policies: Policies) -> tuple[Counterfactual, ...]:
    """Return the smallest sets of edits that would allow a denied request, smallest first.

    At most ``MOST_SETS``; none for a request that is allowed, that no policy can allow (the root
    user assumes no role), that only another managed policy of AWS's as its permissions boundary
    would allow, or that takes more than ``MOST_EDITS`` edits.

    Raises:
        ValueError: The request's context has a key twice, in different case.
    """
    if evaluate(request, policies, trace=False).allowed:
        return ()
    judge = _Judge(request, policies)
    found: dict[frozenset[int], tuple[Edit, ...]] = {}
    for edits in _candidates(request, policies):
        if len(edits) <= MOST_EDITS and judge.allows(edits):
            chosen = smallest(edits, judge.allows)
            found.setdefault(frozenset(map(id, chosen)), chosen)
    if not found:
        return ()
    elsewhere = why_not(request, policies)
    best = sorted(_worth_it(list(found.values())), key=_size)[:MOST_SETS]
    return tuple(Counterfactual(edits, elsewhere) for edits in best)


def _worth_it(sets: list[tuple[Edit, ...]]) -> list[tuple[Edit, ...]]:
    """Leave out those that name a single session where as few edits do without."""
    plain = [edits for edits in sets if all(edit.cost < COST_OF_A_SESSION for edit in edits)]
    fewest = min(map(len, plain), default=MOST_EDITS + 1)
    return [*plain, *(edits for edits in sets if edits not in plain and len(edits) < fewest)]


def _size(edits: tuple[Edit, ...]) -> tuple[Any, ...]:
    where = sorted((_LAYERS.index(edit.place.layer), edit.place.position) for edit in edits)
    return (sum(edit.cost for edit in edits), len(edits), where)


@dataclass(frozen=True, slots=True)
class _Judge:
    """Evaluates the request with edits made, each set of them once."""

    request: Request
    policies: Policies
    known: dict[frozenset[int], bool] = field(default_factory=dict)

    def allows(self, edits: Sequence[Edit]) -> bool:
        key = frozenset(map(id, edits))
        if key not in self.known:
            edited = apply(self.policies, edits)
            self.known[key] = evaluate(self.request, edited, trace=False).allowed
        return self.known[key]


def _candidates(request: Request, policies: Policies) -> Iterator[tuple[Edit, ...]]:
    """Yield sets of edits that may be enough, and more than enough; what is first stays longer.

    Every statement that denies has its edit in each; then come one for each place that may lack an
    allow, with those of the caller's policies first or that of the resource's.
    """
    options = [
        (place.layer, _options(request, policies, place)) for place in targets(request, policies)
    ]
    attached = [edit for layer, edits in options if layer in _ATTACHED for edit in edits]
    own = [edits for layer, edits in options if layer is Layer.IDENTITY and edits]
    limits = [
        edits
        for layer, edits in options
        if edits and layer is not Layer.IDENTITY and layer not in _ATTACHED
    ]
    for stops in _stops(denials(request, policies)):
        for identity, limiting in itertools.product(_picks(own), _picks(limits)):
            yield (*stops, *identity, *limiting)
            for edit in attached:
                yield (*stops, *identity, *limiting, edit)
                yield (*stops, edit, *limiting, *identity)


def _options(request: Request, policies: Policies, place: Place) -> tuple[Edit, ...]:
    edits = (*near_misses(request, policies, place), *additions(request, policies, place))
    return tuple(sorted(edits, key=lambda edit: edit.cost))


def _stops(denying: Sequence[Denial]) -> Iterator[tuple[Edit, ...]]:
    """Yield an edit for each statement that denies: exceptions where there are any, or removals."""
    yield tuple(denial.narrowed or denial.removed for denial in denying)
    if any(denial.narrowed for denial in denying):
        yield tuple(denial.removed for denial in denying)


def _picks(places: Sequence[tuple[Edit, ...]]) -> Iterator[tuple[Edit, ...]]:
    """Yield an edit for each place: the cheapest of each, then the next."""
    for turn in range(max((len(edits) for edits in places), default=1)):
        yield tuple(edits[min(turn, len(edits) - 1)] for edits in places)
