"""Whether experiments prove the keys that rest on them.

An observation that an option names must hold: on a key it confirms it, on a distractor it refutes
it. Experiments are given, not imported: only who runs one pays for the cloud.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from studyapp.study.course import Course, Question
from studyapp.study.problems import perhaps
from studyapp.study.remarks import Remark, error


class Observation(Protocol):
    """What was looked for in an experiment."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def holds(self) -> bool: ...  # noqa: D102


class Report(Protocol):
    """What came of an experiment."""

    @property
    def observations(self) -> Sequence[Observation]: ...  # noqa: D102


class Experiment(Protocol):
    """Something that can be run to see whether a claim holds."""

    @property
    def observations(self) -> Mapping[str, str]: ...  # noqa: D102
    @property
    def run(self) -> Callable[[Callable[[object], object]], Report]: ...  # noqa: D102


def proof_remarks(
    course: Course, experiments: Mapping[str, Experiment], *, runs: bool
) -> Iterator[Remark]:
    """Yield what is wrong with the proofs of a course; running experiments takes seconds each."""
    resting: dict[str, list[Question]] = {}
    for question in course.questions:
        experiment = experiments.get(question.experiment or "")
        yield from _names(question, experiments)
        if experiment is not None and question.experiment is not None:
            resting.setdefault(question.experiment, []).append(question)
    if runs:
        for name, questions in resting.items():
            yield from _outcome(name, experiments[name], questions)


def _names(question: Question, experiments: Mapping[str, Experiment]) -> Iterator[Remark]:
    named = [n for n, option in enumerate(question.options) if option.observation]
    if question.experiment is None:
        for place in named:
            what = "the option names an observation, and the question no experiment"
            path = ("option", place, "observation")
            yield error(what, "add experiment, or remove the observation", question, *path)
        return
    experiment = experiments.get(question.experiment)
    if experiment is None:
        what = f"there is no experiment {question.experiment}"
        yield error(what, perhaps(question.experiment, experiments), question, "experiment")
        return
    for place in named:
        name = question.options[place].observation or ""
        if name not in experiment.observations:
            what = f"{question.experiment} has no observation {name}"
            path = ("option", place, "observation")
            yield error(what, perhaps(name, experiment.observations), question, *path)
    if not question.key.intersection(named):
        what = f"no key names an observation of {question.experiment} that confirms it"
        yield error(what, "add observation to a key", question, "experiment")


def _outcome(name: str, experiment: Experiment, questions: list[Question]) -> Iterator[Remark]:
    try:
        report = experiment.run(lambda _happened: None)
    except Exception as failure:  # noqa: BLE001 - an experiment may fail in any way; the rest go on
        for question in questions:
            what = f"the experiment {name} broke off with {type(failure).__name__}: {failure}"
            yield error(what, "mend the experiment", question, "experiment")
        return
    holding = {observation.id: observation.holds for observation in report.observations}
    for question in questions:
        for place, option in enumerate(question.options):
            observed = option.observation
            if observed is None or observed not in experiment.observations:
                continue
            if holding.get(observed, False):
                continue
            did = "does not hold" if observed in holding else "was not made"
            role = "confirmed" if option.is_key else "refuted"
            what = f"{observed} {did} in {name}, so the option is not {role}"
            path = ("option", place, "observation")
            yield error(what, "mend the option or the experiment", question, *path)
