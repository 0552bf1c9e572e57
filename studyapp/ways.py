"""The ways from home: which screen a choice leads to. Screens are loaded when they are gone to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from studyapp.desk import Desk

if TYPE_CHECKING:
    from studyapp.app import StudyApp
    from studyapp.study.next_steps import Suggestion
    from studyapp.study.sitting import Mode, Sitting


class Ways:
    """Leads the app from home to where a choice goes."""

    def __init__(self, app: StudyApp, desk: Desk) -> None:
        self._app = app
        self._desk = desk

    async def take(self, way: str) -> None:
        """Go where a way leads: walkthrough, quiz, labs, browse, live, progress, settings."""
        if way == "live":
            await self._app.switch_mode("live")
            return
        if not self._desk.is_open:
            await self._desk.open()
        match way:
            case "quiz":
                from studyapp.screens.quiz_menu import QuizMenu  # noqa: PLC0415

                self._app.push_screen(QuizMenu(self._desk))
            case "walkthrough":
                from studyapp.screens.chapters import ChaptersScreen  # noqa: PLC0415

                self._app.push_screen(ChaptersScreen(self._desk))
            case "labs":
                from studyapp.screens.labs import LabsScreen  # noqa: PLC0415

                self._app.push_screen(LabsScreen(self._desk))
            case "browse":
                from studyapp.screens.browser import BrowserScreen  # noqa: PLC0415

                self._app.push_screen(BrowserScreen(self._desk))
            case "progress":
                from studyapp.screens.progress import ProgressScreen  # noqa: PLC0415

                known, _ = await self._desk.standing()
                self._app.push_screen(ProgressScreen(self._desk, known))
            case "settings":
                from studyapp.screens.settings import SettingsScreen  # noqa: PLC0415

                date = await self._desk.exam_date()
                self._app.push_screen(SettingsScreen(self._desk, self._app.settings, date))

    async def follow(self, suggestion: Suggestion) -> None:
        """Do what was suggested."""
        from studyapp.study.drawing import LONGEST_REVIEW  # noqa: PLC0415
        from studyapp.study.next_steps import Action, mending  # noqa: PLC0415
        from studyapp.study.sitting import Mode  # noqa: PLC0415

        course = self._desk.course
        known, _ = await self._desk.standing()
        match suggestion.action:
            case Action.GO_ON:
                await self.go_on(suggestion.argument)
            case Action.REVIEW:
                due = [name for name in known.due if name in course.by_id]
                await self._begin(Mode.REVIEW, "Review", due[:LONGEST_REVIEW])
            case Action.MISCONCEPTION:
                from studyapp.screens.mend import MendScreen  # noqa: PLC0415

                found = mending(course, known, suggestion.argument)
                self._app.push_screen(MendScreen(course, found))
            case Action.PRACTICE:
                domain = suggestion.argument
                drawn = await self._desk.drawn(lambda q: domain in {"", q.domain})
                await self.ask(drawn, "Practice")
            case Action.EXAM:
                await self.take("quiz")
            case Action.WALK:
                await self.walk(suggestion.argument)
            case Action.LIVE:
                await self.take("live")

    async def walk(self, slug: str | None) -> None:
        """Go on with a chapter of the walkthrough; with what follows it when that is wanted."""
        from studyapp.screens.walkthrough import WalkthroughScreen  # noqa: PLC0415
        from studyapp.study.walk_standing import following, standings  # noqa: PLC0415

        if not self._desk.is_open:
            await self._desk.open()
        done = await self._desk.steps_done()
        known = standings(await self._desk.chapters(), done)
        chapter = next((each.chapter for each in known if each.chapter.slug == slug), None)
        if chapter is None:
            return
        mine = {each.step: each for each in done.values() if each.chapter == chapter.slug}
        screen = WalkthroughScreen(self._desk, chapter, mine, following(known, chapter))
        self._app.push_screen(screen, self.walk)

    async def play(self, slug: str, *, is_next: bool = False) -> None:
        """Play a lab, if there is one of that name.

        Args:
            slug: The lab's name.
            is_next: Whether it takes the place of the lab that is played now.
        """
        from studyapp.first_launch import data_directory  # noqa: PLC0415
        from studyapp.screens.lab import LabScreen  # noqa: PLC0415
        from studyapp.study.lab_files import LabFiles  # noqa: PLC0415
        from studyapp.study.store_errors import StoreError  # noqa: PLC0415

        if not self._desk.is_open:
            await self._desk.open()
        try:
            lab = next((lab for lab, _ in await self._desk.labs() if lab.slug == slug), None)
            if lab is None:
                return
            session = await self._desk.lab_session(lab)
        except StoreError as error:
            self._app.notify(str(error), severity="error", timeout=30)
            return
        screen = LabScreen(self._desk, session, LabFiles(data_directory(), lab))
        if is_next:
            self._app.switch_screen(screen)
        else:
            self._app.push_screen(screen)

    async def go_on(self, sitting_id: str) -> None:
        """Go on with a sitting, if it is still unfinished."""
        if not self._desk.is_open:
            await self._desk.open()
        for sitting in await self._desk.unfinished():
            if sitting.id == sitting_id:
                self.show(sitting)

    async def ask_first_question(self) -> None:
        """Ask the course's first question, with which the first tour ends."""
        if not self._desk.is_open:
            await self._desk.open()
        questions = self._desk.course.questions
        if questions:
            await self.ask((questions[0].id,), "Your first question")

    async def ask(self, question_ids: Iterable[str], title: str) -> None:
        """Ask some questions, as practice."""
        from studyapp.study.sitting import Mode  # noqa: PLC0415

        await self._begin(Mode.PRACTICE, title, question_ids)

    async def _begin(self, mode: Mode, title: str, question_ids: Iterable[str]) -> None:
        try:
            sitting = await self._desk.begin(mode, title, question_ids)
        except ValueError as error:
            self._app.notify(str(error), severity="warning")
            return
        self.show(sitting)

    def show(self, sitting: Sitting) -> None:
        """Show a sitting on its screen; of an exam that is over its result."""
        from studyapp.screens.exam import ExamScreen  # noqa: PLC0415
        from studyapp.screens.quiz import QuizScreen  # noqa: PLC0415
        from studyapp.screens.results import ResultScreen  # noqa: PLC0415
        from studyapp.study.sitting import Mode  # noqa: PLC0415

        if sitting.mode is Mode.EXAM and sitting.is_over:
            self._app.push_screen(ResultScreen(self._desk.course, sitting))
            return
        screen = ExamScreen if sitting.mode is Mode.EXAM else QuizScreen
        self._app.push_screen(screen(self._desk, sitting))

    def show_result(self, sitting: Sitting) -> None:
        """Show what came of an exam, in the place of the exam."""
        from studyapp.screens.results import ResultScreen  # noqa: PLC0415

        self._app.switch_screen(ResultScreen(self._desk.course, sitting))

    def go_through(self, sitting: Sitting) -> None:
        """Go through an exam's questions from the first."""
        from studyapp.screens.quiz import QuizScreen  # noqa: PLC0415

        self._app.push_screen(QuizScreen(self._desk, sitting.go_to(0)))
