"""A lab: what is broken, the documents that may mend it, and what comes of applying them.

What is known lies in ``LabPlay``; a thread with a sandbox of its own applies, runs and grades.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.reactive import var
from textual.widgets import Static

from studyapp import lab_thread as t
from studyapp.desk import Desk
from studyapp.plain.editing import open_editor
from studyapp.screens.key_line import KeyLine
from studyapp.screens.lab_documents import LabDocuments
from studyapp.screens.lab_question import LabQuestionScreen
from studyapp.screens.lab_views import LabViews
from studyapp.screens.lab_words import grade_lines, story_lines, title_text
from studyapp.sizes import WIDE_COLUMNS, WIDE_ROWS
from studyapp.study.lab_choice import next_lab
from studyapp.study.lab_files import LabFiles
from studyapp.study.lab_links import questions_for
from studyapp.study.lab_session import LabSession
from studyapp.widgets.diagram_state import DiagramState
from studyapp.widgets.event_log import EventLog
from studyapp.widgets.next_step import NextStep
from studyapp.widgets.payload import payload_of
from studyapp.widgets.pipeline_diagram import PipelineDiagram
from studyapp.widgets.policy_editor import PolicyEditor

FIRST_FRAME_SECONDS = 0.1
"""What the terminal is left to draw the first frame in: importing the cloud leaves little else."""

STOP_SECONDS = 2.0
MOST_QUESTIONS = 10


@dataclass
class Reported(Message, bubble=False):
    """The lab's thread says something."""

    report: t.LabReport


class LabScreen(LabDocuments):
    """One lab being played."""

    CSS_PATH = "lab.tcss"
    AUTO_FOCUS = "#story"
    HORIZONTAL_BREAKPOINTS = [(WIDE_COLUMNS, "-wide")]
    VERTICAL_BREAKPOINTS = [(WIDE_ROWS, "-tall")]

    diagram: var[DiagramState] = var(DiagramState.initial)
    next_words: var[str] = var("")
    next_key: var[str] = var("")

    class Next(Message):
        """Another lab is to be played."""

        def __init__(self, slug: str) -> None:
            super().__init__()
            self.slug = slug

    class Questions(Message):
        """Questions on the same thing are to be asked."""

        def __init__(self, question_ids: tuple[str, ...], title: str) -> None:
            super().__init__()
            self.question_ids = question_ids
            self.title = title

    def __init__(
        self,
        desk: Desk,
        session: LabSession,
        files: LabFiles,
        edit_file: Callable[[Path, str], str] = open_editor,
    ) -> None:
        """Take the lab and where its documents are kept; ``edit_file`` has a file edited."""
        super().__init__(desk, session, files, edit_file)
        self.thread = t.LabThread(session.lab.setup, self._post)
        self._graded: Mapping[str, str] = {}
        self.set_reactive(LabScreen.diagram, self.play.diagram)

    # -- wiring --

    def compose(self) -> ComposeResult:
        """Place the diagram above the views and the document."""
        yield Static(id="title")
        diagram = PipelineDiagram(self.play.diagram, id="diagram")
        yield diagram.data_bind(state=LabScreen.diagram)
        yield NextStep(id="next").data_bind(text=LabScreen.next_words, key=LabScreen.next_key)
        with Horizontal(id="panels"):
            yield LabViews(id="views")
            yield PolicyEditor(self.sheets, id="editor")
        yield KeyLine()

    def on_mount(self) -> None:
        """Ask the lab's question first; the sandbox is opened meanwhile."""
        self.tell()
        for sheet in self.sheets:
            self.look_through(sheet.place, sheet.text)
        if self.session.record.chosen is None:
            self.app.push_screen(LabQuestionScreen(self.session.lab), self._answer)
        else:
            self._say_troubles()
        self.call_after_refresh(self.set_timer, FIRST_FRAME_SECONDS, self.thread.start)

    async def on_unmount(self) -> None:
        """Abandon what runs, and keep the documents."""
        await self.keep_all()
        await asyncio.to_thread(self.thread.stop, STOP_SECONDS)

    def on_resize(self) -> None:
        """Fit the first line to the new width."""
        self.tell()

    def tell(self) -> None:
        """Hand what is known to the widgets."""
        if not self.is_mounted:
            return
        play, editor, session = self.play, self.editor, self.session
        self.diagram = play.diagram
        self.next_words, self.next_key = play.next_step(
            is_changed=editor.is_changed,
            is_graded=editor.texts == self._graded,
            is_edited=editor.is_edited,
        )
        title = title_text(session.lab.title, play.grade, self.size.width - 2)
        self.query_one("#title", Static).update(title)
        self.views.story.show(partial(story_lines, session), from_top=False)
        self.refresh_bindings()

    async def _answer(self, chosen: int | None) -> None:
        if chosen is None:
            self.dismiss(None)
            return
        await self._desk.in_lab(self.session.answer, chosen)
        self.say_told()
        self._say_troubles()
        self.tell()

    def _say_troubles(self) -> None:
        """Say which documents could not be read, where they are shown."""
        for trouble in self.troubles:
            self.notify(trouble, severity="warning", timeout=30)

    # -- applying --

    async def action_apply(self) -> None:
        """Put the documents, run the scenario and grade."""
        texts = self.editor.texts
        self.play.begin(self.thread.grade(texts))
        self.views.log_view.clear()
        self.views.show_event(None)
        self.views.grade.show(lambda _: ())
        self.show_view("pipeline")
        for place, text in texts.items():
            await self.keep(place, text)

    def _post(self, report: t.LabReport) -> None:
        self.post_message(Reported(report))

    @on(Reported)
    async def _take(self, message: Reported) -> None:
        report, play = message.report, self.play
        match report:
            case t.SandboxOpened(topology):
                play.open(topology)
            case t.GradingBroke(0, sentence):
                self.notify(sentence, severity="error", timeout=60)
            case t.GradingReport(number) if number != play.number:
                return
            case t.LooksAt(_, words):
                play.looks_at = words
            case t.Observed(_, events):
                play.take(events)
                self.views.log_view.extend(events)
                self.views.show_event(play.notable)
            case t.Graded(_, documents, grade):
                play.end(grade)
                self._graded = documents
                await self._desk.in_lab(self.session.take, grade)
                self.say_told()
                self._show_grade()
            case t.GradingBroke(_, sentence):
                play.end(None, sentence)
                self.notify(sentence, severity="error", timeout=60)
        self.tell()

    def _show_grade(self) -> None:
        """Show what came of it, unless the learner looks at something else meanwhile."""
        grade = self.play.grade
        if grade is not None:
            self.views.grade.show(partial(grade_lines, grade, self.session))
        notable = self.play.notable
        if notable is not None and notable.arrow and notable.arrow in self.play.diagram.arrows:
            self.query_one(PipelineDiagram).selected = notable.arrow
        if self.views.view == "pipeline" and not self.has_class("-document"):
            self.show_view("grade")

    async def action_reset(self) -> None:
        """Begin anew: the documents as at the start, and a sandbox in which nothing was done."""
        self.thread.cancel()
        self.play.forget()
        self._graded = {}
        self.editor.put(self.session.lab.starts)
        self.views.log_view.clear()
        self.views.show_event(None)
        self.views.grade.show(lambda _: ())
        self.show_view("story")
        for edit in self.session.lab.edits:
            await self.keep(edit.place, edit.start)

    # -- what the learner points at --

    @on(PipelineDiagram.Selected)
    def _select(self, message: PipelineDiagram.Selected) -> None:
        decided = self.play.diagram.last_decision_by_arrow.get(message.name)
        if decided is not None:
            self.views.show_event(decided)

    @on(EventLog.EventSelected)
    def _select_event(self, message: EventLog.EventSelected) -> None:
        self.views.show_event(message.event)
        if message.opened:
            from studyapp.screens.whole import PayloadScreen  # noqa: PLC0415 - it brings pictures

            self.app.push_screen(PayloadScreen(payload_of(message.event)))

    # -- from here --

    async def action_next(self) -> None:
        """Go on with the next lab, or back where there is none."""
        lab = next_lab(await self._desk.labs(), self.session.lab.slug)
        if lab is None:
            self.dismiss(None)
        else:
            self.post_message(self.Next(lab.slug))

    def action_questions(self) -> None:
        """Answer questions on the same thing."""
        found = questions_for(self.session.lab, self._desk.course.questions)[:MOST_QUESTIONS]
        if found:
            ids = tuple(question.id for question in found)
            self.post_message(self.Questions(ids, f"Lab · {self.session.lab.title}"))
        else:
            self.notify("There are no questions on it.")
