"""How an experiment is written: what it claims and looks for, above the function that does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.experiments.notes import Notes
from pipeline.experiments.trial import SEED, Trial
from pipeline.experiments.values import Experiment, Kind, Report, Tell


def on_sandbox(
    identifier: str, claim: str, observations: Mapping[str, str], *addresses: str
) -> Callable[[Callable[[Trial], None]], Experiment]:
    """Make an experiment of a function that acts on a fresh sandbox.

    Args:
        identifier: The experiment's id.
        claim: One sentence.
        observations: What is seen if it holds, by id.
        addresses: Where AWS documents it.
    """

    def declare(act: Callable[[Trial], None]) -> Experiment:
        def run(tell: Tell) -> Report:
            from pipeline.sandbox import Sandbox  # noqa: PLC0415

            with Sandbox(seed=SEED) as sandbox:
                trial = Trial(observations, tell, sandbox=sandbox)
                sandbox.subscribe(trial.take)
                act(trial)
            return trial.report(identifier, claim)

        return Experiment(identifier, claim, Kind.SANDBOX, observations, addresses, run)

    return declare


def by_evaluation(
    identifier: str, claim: str, observations: Mapping[str, str], *addresses: str
) -> Callable[[Callable[[Notes], None]], Experiment]:
    """Make an experiment of a function that has policies evaluated, without a sandbox.

    For what the sandbox does not model: organizations, other accounts, plain HTTP. The arguments
    are those of ``on_sandbox``.
    """

    def declare(act: Callable[[Notes], None]) -> Experiment:
        def run(tell: Tell) -> Report:
            notes = Notes(observations, tell)
            act(notes)
            return notes.report(identifier, claim)

        return Experiment(identifier, claim, Kind.SANDBOX, observations, addresses, run)

    return declare
