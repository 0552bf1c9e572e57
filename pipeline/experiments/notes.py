"""What is written down while an experiment runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.experiments.values import ALLOWED, Call, Observation, Report, Tell
from pipeline.iam.evaluation import Decision, Policies, evaluate
from pipeline.iam.request import Request
from pipeline.words import resource_words

BY_EVALUATION = "decided by policy evaluation"
"""Said wherever a decision was computed and no call was made."""


@dataclass(slots=True)
class Notes:
    """The calls and observations of one run, told as they are made."""

    declared: Mapping[str, str]
    """The experiment's observations, by id."""

    tell: Tell
    calls: list[Call] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)

    def note(self, call: Call) -> None:
        """Write down what was done."""
        self.calls.append(call)
        self.tell(call)

    def observe(self, observed: str, *, holds: bool, **seen: object) -> None:
        """Write down an observation.

        Args:
            observed: Its id; ``KeyError`` for one that the experiment does not declare.
            holds: Whether it was seen.
            seen: What was seen: values by name.
        """
        words = ", ".join(f"{name.replace('_', ' ')}: {_shown(v)}" for name, v in seen.items())
        observation = Observation(observed, self.declared[observed], words, holds)
        self.observations.append(observation)
        self.tell(observation)

    def decide(self, request: Request, policies: Policies) -> Decision:
        """Evaluate a request, and write the decision down as what it is."""
        decision = evaluate(request, policies)
        self.note(
            Call(
                resource_words(request.principal.arn),
                request.action,
                ALLOWED if decision.allowed else str(decision.result),
                f"{request.resource}: {decision.reason} ({BY_EVALUATION})",
                is_refused=not decision.allowed,
            )
        )
        return decision

    def report(self, experiment: str, claim: str) -> Report:
        """Return what came of it; ``LookupError`` when an observation was not made."""
        missing = self.declared.keys() - {observation.id for observation in self.observations}
        if missing:
            raise LookupError(f"{experiment} did not look for {', '.join(sorted(missing))}.")
        return Report(experiment, claim, tuple(self.calls), tuple(self.observations))


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple | set | frozenset):
        entries = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return " ".join(map(str, entries)) or "none"
    return "none" if value is None else str(value)
