"""Labs, their questions and their grades as lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.grading.values import Evidence, Grade, Part
from studyapp.plain.console import Console
from studyapp.plain.wording import plural
from studyapp.study.lab_marks import ACCOUNT, KEY, marks
from studyapp.study.lab_progress import LabState
from studyapp.study.lab_session import LabSession, state_of
from studyapp.study.labs import Lab, LabQuestion

MOST_FAILING = 6
"""Pieces of evidence of one part that are told one by one, unless all are asked for."""

MOST_HOLDING = 8
"""Those that are told though they hold."""

MOST_MARKS = 10

UNSEEN = "not-looked-at"
"""The id of the evidence of a part that was not looked at, and why."""

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
        if _is_unseen(part):
            continue
        _say_some(console, part.failed, len(part.failed) if whole else MOST_FAILING, "a tells all")
        if whole:
            holding = [evidence for evidence in part.evidence if evidence.holds]
            _say_some(console, holding, MOST_HOLDING, "studyapp labs check --json tells all")
    state = state_of(grade)
    console.say(f"{state.upper()} {VERDICTS.get(state) or _lacks(grade)}")


def _summary(part: Part) -> str:
    failed, all_of_it = len(part.failed), len(part.evidence)
    if _is_unseen(part):
        return f"{part.name.upper()} not looked at: {part.evidence[0].words}"
    if part.holds:
        return f"{part.name.upper()} yes, {plural(all_of_it, 'check')}"
    return f"{part.name.upper()} no, {failed} of {plural(all_of_it, 'check')}"


def _is_unseen(part: Part) -> bool:
    return [evidence.id for evidence in part.evidence] == [UNSEEN]


def _say_some(console: Console, evidence: Sequence[Evidence], most: int, more: str) -> None:
    """Print so many pieces of evidence, and how many there are besides."""
    for each in evidence[:most]:
        _say_evidence(console, each)
    if len(evidence) > most:
        holds = "yes" if evidence[0].holds else "no"
        console.say(f"{holds}: {plural(len(evidence) - most, 'further check')} ({more})")


def _say_evidence(console: Console, evidence: Evidence) -> None:
    console.say(f"{'yes' if evidence.holds else 'no'}: {evidence.words}")
    for detail in evidence.details:
        console.say(f"because: {detail}")


def _lacks(grade: Grade) -> str:
    if grade.refused:
        return "A document was refused, so nothing was tried."
    if grade.works.holds:
        return "It works, and something else is allowed that must not be."
    if grade.nothing_else.holds:
        return "It does not work yet."
    return "It does not work yet, and something else is allowed that must not be."


def say_marks(console: Console, lab: Lab, documents: Mapping[str, str]) -> None:
    """Print what is wrong with documents before they are put, by line."""
    for place, text in documents.items():
        where = f"{place}, " if len(lab.edits) > 1 else ""
        for finding in marks(lab, place, text)[:MOST_MARKS]:
            told = " ".join(filter(None, (finding.message, finding.suggestion)))
            console.say(f"{finding.severity}: {where}line {finding.start.line}: {told}")


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


def say_documents(console: Console, lab: Lab, documents: Mapping[str, str]) -> None:
    """Print documents, each after its place where there are several."""
    for place, text in documents.items():
        if len(lab.edits) > 1:
            console.say(f"document: {place}")
        console.say_lines(text)
    if any(ACCOUNT in text for text in documents.values()):
        console.say(f"NOTE {ACCOUNT} stands for the number of the account that it runs in.")
    if any(KEY in text for text in documents.values()):
        console.say(f"NOTE {KEY} stands for the ARN of the key that the lab is about.")
