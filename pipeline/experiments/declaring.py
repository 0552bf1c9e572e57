"""How an experiment is written: what it claims and looks for, above the function that does it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from pipeline.experiments.notes import Notes
from pipeline.experiments.trial import Trial
from pipeline.experiments.values import Experiment, Kind, Report, Tell

_FIRST_SEED = 4001
_seeds: set[int] = set()
_lock = threading.Lock()


@contextmanager
def _free_seed() -> Iterator[int]:
    """Hold the first seed that no running experiment has.

    With a seed ids and times are the same in every run, and time is counted, so that a long poll
    waits for nobody. Two open sandboxes of one seed would issue the same credentials.
    """
    with _lock:
        seed = _FIRST_SEED
        while seed in _seeds:
            seed += 1
        _seeds.add(seed)
    try:
        yield seed
    finally:
        with _lock:
            _seeds.discard(seed)


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

            with _free_seed() as seed, Sandbox(seed=seed) as sandbox:
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
