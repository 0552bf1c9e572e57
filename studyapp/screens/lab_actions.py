"""The keys of a lab: letters outside the editor, control and function keys everywhere."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from studyapp.desk import Desk
from studyapp.lab_play import LabPlay
from studyapp.screens.lab_views import LabViews
from studyapp.study.lab_session import LabSession
from studyapp.widgets.pipeline_diagram import PipelineDiagram
from studyapp.widgets.policy_editor import PolicyEditor


def _both(letter: str, function_key: str, action: str, word: str, tooltip: str) -> list[Binding]:
    """Return an action's two keys; the second one works while a document is edited, too."""
    return [
        Binding(letter, action, word, tooltip=tooltip, key_display=letter),
        Binding(function_key, action, word, tooltip=tooltip, priority=True),
    ]


class LabActions(Screen[None]):
    """What a learner can do in a lab."""

    FURTHER_KEYS = (
        ("f2 … f9", "s e p w g h, while a document is edited, too: f2 f3 f4 f5 f8 f9"),
        ("^z ^y", "undo and redo, in a document"),
        ("tab", "move between diagram, views and document; indent, in a document"),
        ("/", "filter the events"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "apply", "apply", priority=True, tooltip="apply, run and grade"),
        *_both("e", "f3", "document", "edit", "edit the document; esc ends it"),
        *_both("h", "f9", "hint", "hint", "the next hint, of three"),
        *_both("w", "f5", "view('why')", "why", "why a call was denied"),
        *_both("g", "f8", "view('grade')", "grade", "the three parts with their evidence"),
        *_both("p", "f4", "view('pipeline')", "pipeline", "the diagram, and what happened"),
        *_both("s", "f2", "view('story')", "story", "story, goal and hints"),
        Binding("n", "next", "next lab", tooltip="go on with the next lab"),
        Binding("m", "questions", "questions", tooltip="questions on the same topic"),
        Binding("question_mark", "help", "help", tooltip="all keys", key_display="?"),
        Binding("f1", "help", "help", show=False, priority=True),
        Binding("ctrl+l", "format", "format", tooltip="indent the document"),
        Binding("ctrl+g", "changes", "changes", tooltip="what was changed since the start"),
        Binding("ctrl+o", "own_editor", "editor", tooltip="open the document in $EDITOR"),
        Binding("ctrl+n", "next_document", "next document", tooltip="show the next document"),
        Binding("z", "whole", "whole", tooltip="the document on the whole screen"),
        Binding("x", "solution", "solution", tooltip="the solution, once solved or asked twice"),
        Binding("ctrl+r", "reset", "reset", priority=True, tooltip="begin anew, at once"),
        Binding("slash", "filter", "filter", show=False),
        Binding("escape", "back", "back", tooltip="leave the document, then the lab"),
    ]

    def __init__(self, desk: Desk, session: LabSession) -> None:
        super().__init__()
        self._desk = desk
        self._session = session
        self._play = LabPlay.begun(session.lab.topology)

    @property
    def session(self) -> LabSession:
        """The lab, and what was done in it."""
        return self._session

    @property
    def play(self) -> LabPlay:
        """What is known of the sandbox and its last run."""
        return self._play

    @property
    def editor(self) -> PolicyEditor:
        """The documents."""
        return self.query_one("#editor", PolicyEditor)

    @property
    def views(self) -> LabViews:
        """Story, what happened, why and the grade."""
        return self.query_one("#views", LabViews)

    @property
    def is_wide(self) -> bool:
        """Whether views and document stand side by side."""
        return self.has_class("-wide") and self.has_class("-tall")

    @abstractmethod
    def tell(self) -> None:
        """Show what is now known."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave out the keys that do nothing now."""
        if not self.is_mounted:
            return True
        record, play = self._session.record, self._play
        is_changed = self.editor.is_changed
        if action == "view":
            action = str(parameters[0])
        conditions = {
            "why": play.notable is not None,
            "grade": play.grade is not None,
            "changes": is_changed,
            "reset": is_changed or play.is_grading or play.grade is not None,
            "next": record.is_passed,
            "questions": bool(record.attempts),
            "next_document": len(self._session.lab.edits) > 1,
            "whole": self.is_wide,
            "apply": not play.is_grading,
            "format": self.has_class("-document"),
            "document": not self.editor.is_edited,
        }
        return conditions.get(action, True)

    # -- what is shown --

    def show_view(self, name: str) -> None:
        """Show a view, and let the keys go to it."""
        self.remove_class("-document", "-whole", "-pipeline")
        self.set_class(name == "pipeline", "-pipeline")
        self.views.view = name
        self.views.take_keys()
        self.tell()

    def show_document(self) -> None:
        """Show the document, and let the keys go to it."""
        self.remove_class("-pipeline")
        self.add_class("-document")
        self.editor.edit()
        self.tell()

    def action_view(self, name: str) -> None:
        """Show a view."""
        self.show_view(name)

    def action_document(self) -> None:
        """Edit the document."""
        self.show_document()

    def action_next_document(self) -> None:
        """Show the next document."""
        self.add_class("-document")
        self.editor.show_next()
        self.tell()

    def action_whole(self) -> None:
        """Show the document on the whole screen, or beside the views again."""
        self.toggle_class("-whole")
        if self.has_class("-whole"):
            self.show_document()

    def action_filter(self) -> None:
        """Filter the events."""
        self.show_view("pipeline")
        self.views.log_view.action_filter()

    def action_back(self) -> None:
        """Leave the document; then leave the lab."""
        if self.editor.is_edited:
            self.remove_class("-whole")
            if self.is_wide:
                self.views.take_keys()
            else:
                self.set_focus(None)
            self.tell()
        elif self.has_class("-document") and not self.is_wide:
            self.show_view(self.views.view)
        else:
            self.dismiss(None)

    # -- what is done with documents --

    def action_format(self) -> None:
        """Indent the document."""
        trouble = self.editor.format()
        if trouble:
            self.notify(trouble, severity="warning")

    def action_changes(self) -> None:
        """Show what was changed since the start."""
        from studyapp.screens.lab_dialogs import ChangesScreen  # noqa: PLC0415 - when asked for

        self.app.push_screen(ChangesScreen(self.editor.changes()))

    # -- help --

    async def action_hint(self) -> None:
        """Show the next hint; after the last one, all of them."""
        hint = await self._desk.in_lab(self._session.next_hint)
        self.say_told()
        self.show_view("story")
        if hint is None:
            self.notify("There are no more hints; x shows the solution.")

    async def action_solution(self) -> None:
        """Show the solution, once it is solved or asked for twice."""
        from studyapp.screens.lab_dialogs import SolutionScreen  # noqa: PLC0415 - when asked for

        solution = await self._desk.in_lab(self._session.ask_for_solution)
        self.say_told()
        if solution is None:
            self.notify("It is shown when you ask for it once more. A hint may be enough: h.")
            return
        shown = SolutionScreen(self._session, solution, self.editor.texts)

        def take(is_wanted: bool | None) -> None:  # noqa: FBT001 - how a dialog answers
            if is_wanted:
                self.editor.put(solution)
                self.show_document()

        self.app.push_screen(shown, take)

    def action_help(self) -> None:
        """Explain what is selected in the diagram, and list the keys."""
        from studyapp.explaining import explanation_of  # noqa: PLC0415 - when asked for
        from studyapp.screens.help import HelpScreen, keys_of  # noqa: PLC0415

        selected = self.query_one(PipelineDiagram).selected
        explanation = explanation_of(self._play.topology, selected)
        self.app.push_screen(HelpScreen(selected, keys_of(self), explanation))

    def say_told(self) -> None:
        """Say what could not be kept."""
        for sentence in self._desk.take_told():
            self.notify(sentence, severity="error", timeout=30)
