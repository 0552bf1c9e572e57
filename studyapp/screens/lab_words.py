"""A lab, its grade and what helps, as text for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.content import Content

from pipeline.grading.values import Evidence, Grade, Part
from studyapp.study.lab_progress import SOLUTION_AFTER, LabState
from studyapp.study.lab_session import LabSession, state_of
from studyapp.widgets.prose import LONGEST_LINE, inline, prose_lines
from studyapp.widgets.text_lines import hung

UNSEEN = "not-looked-at"
"""The id of the evidence of a part that was not looked at, and why."""

MOST_FAILING = 8
"""Pieces of evidence of one part that do not hold and are told one by one."""

MOST_HOLDING = 4

GLYPHS = {
    LabState.NEW: "·",
    LabState.FAILED: "✗",
    LabState.PASSED: "✓",
    LabState.MASTERED: "★",
}
STYLES = {
    LabState.NEW: "$foreground 70%",
    LabState.FAILED: "$text-error",
    LabState.PASSED: "$text-success",
    LabState.MASTERED: "bold $text-accent",
}
_SHORT = ("works", "only", "tight")
"""The parts of a grade in the first line."""

VERDICTS = {
    LabState.MASTERED: "It works, nothing else is allowed, and nothing is superfluous.",
    LabState.PASSED: "It works, and nothing else is allowed.",
}


def title_text(name: str, grade: Grade | None, width: int) -> Content:
    """Return the first line: the lab, and which parts of its grade hold."""
    marks: list[str | tuple[str, str]] = []
    for short, part in zip(_SHORT, grade.parts if grade else (None,) * 3, strict=True):
        glyph, style = part_mark(part)
        marks += [f"  {short} ", (glyph, style)]
    right = Content.assemble(*marks)
    left = Content.assemble(("Lab", "bold"), f"   {name}")
    left = left.truncate(max(0, width - right.cell_length), ellipsis=True, pad=True)
    return Content.assemble(left, right)


def part_mark(part: Part | None) -> tuple[str, str]:
    """Return the glyph of a part, and its style."""
    if part is None or is_unseen(part):
        return "·", "$text-muted"
    return ("✓", "bold $text-success") if part.holds else ("✗", "bold $text-error")


def is_unseen(part: Part) -> bool:
    """Return whether a part was not looked at."""
    return [evidence.id for evidence in part.evidence] == [UNSEEN]


def story_lines(session: LabSession, width: int) -> Iterator[Content]:
    """Yield the hints that were seen, the newest first, and what the lab is about."""
    lab, record = session.lab, session.record
    for number in range(record.hints, 0, -1):
        head = f"Hint {number} of {len(lab.hints)}  "
        yield from prose_hung(head, "bold $text-warning", lab.hints[number - 1], width)
    if record.hints:
        yield Content()
    yield from prose_lines(lab.story, width)
    yield Content()
    yield from prose_hung("Goal  ", "bold $text-accent", lab.goal, width)
    yield Content()
    yield Content.styled("You will be able to", "$text-muted")
    for objective in lab.objectives:
        yield from prose_hung("• ", "$text-muted", objective, width)
    yield Content()
    where = ", ".join(edit.place for edit in lab.edits)
    yield from _hung("You change  ", "$text-muted", where, width)
    if lab.given:
        given = ", ".join(each.place for each in lab.given)
        yield from _hung("As given  ", "$text-muted", given, width)
    yield from _hung("So far  ", "$text-muted", standing_words(session), width)


def standing_words(session: LabSession) -> str:
    """Return how far somebody is with a lab, in words."""
    record = session.record
    graded = len(record.attempts)
    parts = [
        str(record.state),
        f"graded {graded} time{'' if graded == 1 else 's'}",
        f"{record.hints} of {len(session.lab.hints)} hints seen",
    ]
    if record.solution_asked >= SOLUTION_AFTER and not record.is_passed:
        parts.append("the solution was shown")
    return " · ".join(parts)


def grade_lines(grade: Grade, session: LabSession, width: int) -> Iterator[Content]:
    """Yield a grade: its worth, its parts, those that fail first, and the question's answer."""
    state = state_of(grade)
    yield Content.assemble((f"{GLYPHS[state]} {state}", STYLES[state]))
    yield from _hung("", "", VERDICTS.get(state) or lacking(grade), width)
    if state is LabState.PASSED:
        mastery = "Take out what is named as superfluous, and apply again."
        yield from _hung("To master it  ", "bold $text-accent", mastery, width)
    for part in sorted(grade.parts, key=lambda part: part.holds):
        yield Content()
        yield from _part_lines(part, width)
    yield Content()
    yield from answer_lines(session, width)


def lacking(grade: Grade) -> str:
    """Return what a grade lacks of a pass."""
    if grade.refused:
        return "A document was refused, so nothing was tried."
    if grade.works.holds:
        return "It works, and something else is allowed that must not be."
    if grade.nothing_else.holds:
        return "It does not work yet."
    return "It does not work yet, and something else is allowed that must not be."


def answer_lines(session: LabSession, width: int) -> Iterator[Content]:
    """Yield the question's answer; whether it was right only once that gives nothing away."""
    chosen, question = session.record.chosen, session.lab.question
    if chosen is None:
        return
    yield from prose_hung("The question  ", "bold", question.stem, width)
    if not session.may_see_key:
        option = question.options[chosen]
        yield from prose_hung("  you chose  ", "$text-muted", option.text, width)
        words = "Whether that is right is told once the lab is solved."
        yield from _hung("  ", "", words, width, "$text-muted")
        return
    for place, option in enumerate(question.options):
        is_key = place == question.key
        glyph, style = ("✓", "$text-success") if is_key else ("✗", "$text-muted")
        yours = ", your choice" if place == chosen else ""
        word = f"{'right' if is_key else 'wrong'}{yours}: "
        yield from prose_hung(f"  {glyph} {word}", style, option.text, width)
        yield from prose_hung("      ", "", option.rationale, width)


def _part_lines(part: Part, width: int) -> Iterator[Content]:
    glyph, style = part_mark(part)
    failed = part.failed
    if is_unseen(part):
        yield Content.assemble((f"{glyph} {part.name}  ", "bold"), ("not looked at", "$text-muted"))
        yield from _hung("  ", "", part.evidence[0].words, width, "$text-muted")
        return
    count = len(part.evidence)
    checks = f"{count} check{'' if count == 1 else 's'}"
    words = "yes," if part.holds else f"no, {len(failed)} of"
    yield Content.assemble((f"{glyph} {part.name}  ", style), (f"{words} {checks}", "$text-muted"))
    yield from _some(failed, MOST_FAILING, width)
    yield from _some([each for each in part.evidence if each.holds], MOST_HOLDING, width)


def _some(evidence: Sequence[Evidence], most: int, width: int) -> Iterator[Content]:
    for each in evidence[:most]:
        glyph, style = ("✓", "$text-success") if each.holds else ("✗", "$text-error")
        yield from _hung(f"  {glyph} ", style, each.words, width)
        for detail in () if each.holds else each.details:
            yield from _hung("    ", "", detail, width, "$foreground 75%")
    left = len(evidence) - most
    if left > 0:
        word = "hold" if evidence[0].holds else "do not hold"
        yield Content.styled(f"    {left} more {word}", "$text-muted")


def prose_hung(
    head: str, style: str, markdown: str, width: int, body_style: str = ""
) -> Iterator[Content]:
    """Yield a paragraph of Markdown behind its head, its further lines beneath its first."""
    indent = Content(head).cell_length
    room = max(12, min(width, LONGEST_LINE) - indent)
    for number, line in enumerate(inline(" ".join(markdown.split())).wrap(room)):
        begin = Content.styled(head, style) if not number else Content(" " * indent)
        yield Content.assemble(begin, line.rstrip().stylize(body_style))


def _hung(head: str, style: str, body: str, width: int, body_style: str = "") -> list[Content]:
    return hung(((head, style),), body, min(width, LONGEST_LINE), body_style)
