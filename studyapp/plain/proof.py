"""A question's experiment, run and told line by line."""

from __future__ import annotations

from collections.abc import Callable

from pipeline import experiments
from pipeline.experiments import Call, Observation, Report, Tell
from studyapp.plain.console import Console
from studyapp.study.course import Question

Run = Callable[[str, Tell], Report]


def run_experiment(identifier: str, tell: Tell) -> Report:
    """Run an experiment of the catalogue; ``KeyError`` for one that it does not have."""
    return experiments.run_experiment(identifier, tell=tell)


def say_proof(
    console: Console, question: Question, order: tuple[int, ...], run: Run = run_experiment
) -> bool:
    """Run a question's experiment; return whether its claim holds.

    Args:
        console: Gets a line for each call and observation as it happens, then the verdict.
        question: The question.
        order: The places of its options in the order in which they are shown.
        run: Runs an experiment by its id.
    """
    if question.experiment is None:
        console.say("NOT PROVED this question has no experiment: read at its address.")
        return False
    console.say(f"PROOF {question.experiment}: it runs on a sandbox, which takes a moment.")

    def tell(happened: Call | Observation) -> None:
        console.say(_line(happened, question, order))

    try:
        report = run(question.experiment, tell)
    except Exception as error:  # noqa: BLE001 - an experiment may fail in any way; the quiz goes on
        console.say(f"NOT PROVED the experiment broke off with {type(error).__name__}: {error}")
        return False
    console.say(f"{'PROVED' if report.holds else 'NOT PROVED'} {report.claim}")
    return report.holds


def _line(happened: Call | Observation, question: Question, order: tuple[int, ...]) -> str:
    if isinstance(happened, Call):
        return f"CALL {happened.call} by {happened.actor}: {happened.outcome}, {happened.detail}"
    sees = "yes" if happened.holds else "no"
    about = _about(happened, question, order)
    return f"SEEN {sees}, {happened.text} ({happened.seen}){about}"


def _about(observation: Observation, question: Question, order: tuple[int, ...]) -> str:
    """Return what an observation means for the options that name it, by their shown numbers."""
    words = [
        f"{'confirms' if question.options[place].is_key == observation.holds else 'refutes'} {n}"
        for n, place in enumerate(order, start=1)
        if question.options[place].observation == observation.id
    ]
    return f": {', '.join(words)}" if words else ""
