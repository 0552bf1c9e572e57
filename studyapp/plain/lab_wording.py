"""Labs, their questions and their grades as lines."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.grading.values import Evidence, Grade, Part
from studyapp.plain.console import Console
from studyapp.plain.wording import plural
from studyapp.study.lab_progress import LabState
from studyapp.study.lab_session import LabSession, state_of
from studyapp.study.labs import Lab, LabQuestion

VERDICTS = {
    LabState.MASTERED: "It works, nothing else is allowed, and nothing is superfluous.",
    LabState.PASSED: "It works, and nothing else is allowed. What is superfluous is named above.",
}


def say_lab(console: Console, lab: Lab) -> None:
    """Print what a lab is about."""
    console.say(f"story: {lab.story}")
    console.say(f"goal: {lab.goal}")
    for objective in lab.objectives:
        console.say(f"you will: {objective}")


def say_lab_question(console: Console, question: LabQuestion) -> None:
    """Print what is asked before the editor."""
    console.skip()
    console.say(f"Q {question.stem}")
    for number, option in enumerate(question.options, start=1):
        console.say(f"{number}) {option.text}")


def say_answer(console: Console, session: LabSession) -> None:
    """Print what was answered; whether it was right only once that gives nothing away."""
    chosen, question = session.record.chosen, session.lab.question
    if chosen is None:
        return
    if not session.may_see_key:
        option = question.options[chosen]
        console.say(f"answer: you chose {chosen + 1}) {option.text}")
        return
    verdict = (
        f"RIGHT you chose {chosen + 1}."
        if session.is_right
        else f"WRONG you chose {chosen + 1}; the key is {question.key + 1}."
    )
    console.say(verdict)
    for number, option in enumerate(question.options):
        worth = "right" if number == question.key else "wrong"
        console.say(f"{number + 1}) {worth}: {option.rationale}")


def say_grade(console: Console, grade: Grade, *, whole: bool = False) -> None:
    """Print the three parts of a grade with their evidence, then what it is worth.

    Args:
        console: Where.
        grade: What came of documents.
        whole: Whether to print what holds too, and not only what does not.
    """
    for part in grade.parts:
        console.say(_summary(part))
        for evidence in part.evidence if whole else part.failed:
            _say_evidence(console, evidence)
    state = state_of(grade)
    console.say(f"{state.upper()} {VERDICTS.get(state) or _lacks(grade)}")


def _summary(part: Part) -> str:
    failed, all_of_it = len(part.failed), len(part.evidence)
    if part.holds:
        return f"{part.name.upper()} yes, {plural(all_of_it, 'check')}"
    return f"{part.name.upper()} no, {failed} of {plural(all_of_it, 'check')}"


def _say_evidence(console: Console, evidence: Evidence) -> None:
    console.say(f"{'yes' if evidence.holds else 'no'}: {evidence.words}")
    for detail in evidence.details:
        console.say(f"because: {detail}")


def _lacks(grade: Grade) -> str:
    if grade.works.holds:
        return "It works, and something else is allowed that must not be."
    if grade.nothing_else.holds:
        return "It does not work yet."
    return "It does not work yet, and something else is allowed that must not be."


def grade_document(grade: Grade, lab: Lab, session: LabSession) -> dict[str, object]:
    """Return what came of a grading as a JSON document."""
    return {
        "lab": lab.slug,
        "state": str(state_of(grade)),
        "passed": grade.passed,
        "mastered": grade.mastered,
        "parts": [
            {
                "name": part.name,
                "holds": part.holds,
                "evidence": [_evidence_document(evidence) for evidence in part.evidence],
            }
            for part in grade.parts
        ],
        "refused": [
            {"place": refused.place, "code": refused.code, "message": refused.message}
            for refused in grade.refused
        ],
        "question": {"chosen": session.record.chosen, "is_right": session.is_right},
    }


def _evidence_document(evidence: Evidence) -> dict[str, object]:
    return {
        "id": evidence.id,
        "holds": evidence.holds,
        "words": evidence.words,
        "details": list(evidence.details),
    }


def say_documents(console: Console, lab: Lab, documents: Sequence[tuple[str, str]]) -> None:
    """Print documents, each after its place where there are several."""
    for place, text in documents:
        if len(lab.edits) > 1:
            console.say(f"document: {place}")
        console.say_lines(text)
