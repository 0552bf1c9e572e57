"""The app: its modes, its theme, and the keys that work everywhere.

A mode is a screen that keeps its state while another is shown. Only what the first frame needs is
imported here; the cloud is loaded by the sandbox's own thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.screen import Screen
from textual.theme import Theme

from studyapp.desk import Desk
from studyapp.first_launch import data_directory
from studyapp.settings import Settings, save_settings
from studyapp.sizes import LEAST_COLUMNS, LEAST_ROWS
from studyapp.ways import Ways

if TYPE_CHECKING:
    from textual.command import Provider

    from studyapp.screens.browser import BrowserScreen
    from studyapp.screens.chapters import ChaptersScreen
    from studyapp.screens.exam import ExamScreen
    from studyapp.screens.home import HomeScreen
    from studyapp.screens.lab import LabScreen
    from studyapp.screens.labs import LabsScreen
    from studyapp.screens.mend import MendScreen
    from studyapp.screens.quiz_menu import QuizMenu
    from studyapp.screens.results import ResultScreen
    from studyapp.screens.settings import SettingsScreen
    from studyapp.screens.tour import TourScreen

THEME = Theme(
    name="studyapp",
    primary="#4c8dba",
    secondary="#7a88a8",
    accent="#e0b15c",
    warning="#e0a458",
    error="#e0626e",
    success="#6fb98a",
    foreground="#d8dbe2",
    background="#14171d",
    surface="#191d25",
    panel="#222732",
    dark=True,
)


def opening_screen(mode: str, topology: str) -> Screen[None]:
    """Return the first frame of a mode."""
    from studyapp.screens.opening import OpeningScreen  # noqa: PLC0415

    return OpeningScreen(mode, topology)


def home_screen(desk: Desk) -> Screen[None]:
    """Return the home screen."""
    from studyapp.screens.home import HomeScreen  # noqa: PLC0415

    return HomeScreen(desk)


def live_screen(topology: str) -> Screen[None]:
    """Return the Live screen."""
    from studyapp.screens.live import LiveScreen  # noqa: PLC0415

    return LiveScreen(topology)


def tour_screen() -> Screen[None]:
    """Return the tour."""
    from studyapp.screens.tour import TourScreen  # noqa: PLC0415

    return TourScreen()


def study_commands() -> type[Provider]:
    """Return what the command palette offers."""
    from studyapp.screens.palette import StudyCommands  # noqa: PLC0415

    return StudyCommands


class StudyApp(App[None]):
    """Shows one mode at a time; home leads to the others and to the quiz."""

    TITLE = "studyapp"
    DEFAULT_MODE = "opening"
    CSS_PATH = "app.tcss"
    COMMANDS: ClassVar = {study_commands}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "quit", tooltip="quit"),
    ]

    def __init__(
        self,
        first: str = "home",
        settings: Settings | None = None,
        sitting: str = "",
        topology: str = "thumbnails",
        chapter: str = "",
        *,
        lab: str = "",
    ) -> None:
        """Begin with a mode.

        Args:
            first: Its name: home, live or tour; or walkthrough, which is reached from home.
            settings: What the learner set.
            sitting: The id of a sitting that is shown at once; empty for none.
            topology: The architecture that Live begins with.
            chapter: The chapter that the walkthrough begins with; empty for the list of them.
            lab: The lab that is shown at once; empty for none.
        """
        self._walks_to = chapter if first == "walkthrough" else None
        first = "home" if first == "walkthrough" else first
        if first == "home":
            # Home is as light as a first frame must be; the others need one to stand for them.
            self.DEFAULT_MODE = first  # type: ignore[misc]
        super().__init__()
        self._first = first
        self._sitting = sitting
        self._lab = lab
        self._settings = settings or Settings()
        self._desk = Desk(data_directory())
        self._ways = Ways(self, self._desk)
        self._tour_from: str | None = None
        if first != "home":
            self.add_mode("opening", lambda: opening_screen(first, topology))
        self.add_mode("home", lambda: home_screen(self._desk))
        self.add_mode("live", lambda: live_screen(topology))
        self.add_mode("tour", tour_screen)
        self.register_theme(THEME)
        self.theme = self._settings.theme
        if not self._settings.animations:
            self.animation_level = "none"

    async def on_opening_screen_drawn(self) -> None:
        """Go from the first frame to the screen that it stands for."""
        await self.switch_mode(self._first)
        await self.remove_mode("opening")
        self._mind_size(self.size)

    def on_mount(self) -> None:
        """Show the sitting, the chapter or the lab that was asked for."""
        if self._sitting:
            self.call_after_refresh(self._ways.go_on, self._sitting)
        if self._lab:
            self.call_after_refresh(self._ways.play, self._lab)
        if self._walks_to:
            self.call_after_refresh(self._ways.walk, self._walks_to)
        elif self._walks_to is not None:
            self.call_after_refresh(self._ways.take, "walkthrough")

    async def on_unmount(self) -> None:
        """Close the store."""
        await self._desk.close()

    def on_resize(self, event: events.Resize) -> None:
        """Say which size is needed where there is less."""
        self._mind_size(event.size)

    def _mind_size(self, size: Size) -> None:
        from studyapp.screens.too_small import TooSmallScreen  # noqa: PLC0415

        is_small = size.width < LEAST_COLUMNS or size.height < LEAST_ROWS
        is_said = isinstance(self.screen, TooSmallScreen)
        if is_small and not is_said:
            self.push_screen(TooSmallScreen())
        elif is_said and not is_small:
            self.pop_screen()

    # -- going from one mode to another --

    async def action_home(self) -> None:
        """Go home."""
        await self.switch_mode("home")

    async def action_tour(self) -> None:
        """Play the first ninety seconds again, from their beginning."""
        if self.current_mode != "tour":
            self._tour_from = self.current_mode
            await self.switch_mode("tour")

    def action_fidelity(self, subject: str = "") -> None:
        """Show how near the sandbox comes to AWS; what a node or arrow is about comes first."""
        from pipeline.behaviours import fidelity_table  # noqa: PLC0415
        from studyapp.screens.fidelity import FidelityScreen, service_of  # noqa: PLC0415

        self.push_screen(FidelityScreen(fidelity_table(), service_of(subject)))

    async def on_tour_screen_finished(self, message: TourScreen.Finished) -> None:
        """Go back to where the tour was called from; the first one ends with a question."""
        came_from, self._tour_from = self._tour_from, None
        await self.switch_mode(came_from or "home")
        await self.remove_mode("tour")
        self.add_mode("tour", tour_screen)
        if came_from is None and message.was_seen:
            await self._ways.ask_first_question()

    # -- going from home into the quiz --

    async def on_home_screen_chosen(self, message: HomeScreen.Chosen) -> None:
        """Take a way from home."""
        await self._ways.take(message.way)

    async def on_home_screen_suggested(self, message: HomeScreen.Suggested) -> None:
        """Do what is next."""
        await self._ways.follow(message.suggestion)

    def on_quiz_menu_begun(self, message: QuizMenu.Begun) -> None:
        """Show a sitting."""
        self._ways.show(message.sitting)

    async def on_quiz_menu_browse(self) -> None:
        """Look through the questions."""
        await self._ways.take("browse")

    async def on_chapters_screen_chosen(self, message: ChaptersScreen.Chosen) -> None:
        """Go on with a chapter."""
        await self._ways.walk(message.slug)

    async def on_labs_screen_chosen(self, message: LabsScreen.Chosen) -> None:
        """Play a lab."""
        await self._ways.play(message.slug)

    async def on_lab_screen_next(self, message: LabScreen.Next) -> None:
        """Play another lab in the place of the one that was played."""
        await self._ways.play(message.slug, is_next=True)

    async def on_lab_screen_questions(self, message: LabScreen.Questions) -> None:
        """Ask questions on what a lab is about."""
        await self._ways.ask(message.question_ids, message.title)

    async def on_browser_screen_ask(self, message: BrowserScreen.Ask) -> None:
        """Ask one question."""
        await self._ways.ask((message.question_id,), "One question")

    async def on_mend_screen_ready(self, message: MendScreen.Ready) -> None:
        """Ask other questions on what was misunderstood."""
        self.pop_screen()
        await self._ways.ask(message.question_ids, "Look again")

    def on_exam_screen_submitted(self, message: ExamScreen.Submitted) -> None:
        """Show what came of an exam."""
        self._ways.show_result(message.sitting)

    def on_result_screen_items(self, message: ResultScreen.Items) -> None:
        """Go through an exam's questions."""
        self._ways.go_through(message.sitting)

    def on_settings_screen_changed(self, message: SettingsScreen.Changed) -> None:
        """Let a setting count, and keep it."""
        self._settings = message.settings
        self.theme = message.settings.theme
        self.animation_level = "full" if message.settings.animations else "none"
        try:
            save_settings(data_directory(), message.settings)
        except OSError as error:
            self.notify(f"The settings cannot be kept: {error.strerror}.", severity="warning")

    @property
    def settings(self) -> Settings:
        """The settings as they are now."""
        return self._settings
