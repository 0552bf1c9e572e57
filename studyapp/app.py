"""The app: its modes, its theme, and the keys that work everywhere.

A mode is a screen that keeps its state while another is shown. Only what the first frame needs is
imported here; the cloud is loaded by the sandbox's own thread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.screen import Screen
from textual.theme import Theme

from studyapp.sizes import LEAST_COLUMNS, LEAST_ROWS

if TYPE_CHECKING:
    from textual.command import Provider

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


def opening_screen(mode: str) -> Screen[None]:
    """Return the first frame of a mode."""
    from studyapp.screens.opening import OpeningScreen  # noqa: PLC0415

    return OpeningScreen(mode)


def live_screen() -> Screen[None]:
    """Return the Live screen."""
    from studyapp.screens.live import LiveScreen  # noqa: PLC0415

    return LiveScreen()


def tour_screen() -> Screen[None]:
    """Return the tour."""
    from studyapp.screens.tour import TourScreen  # noqa: PLC0415

    return TourScreen()


def study_commands() -> type[Provider]:
    """Return what the command palette offers."""
    from studyapp.screens.palette import StudyCommands  # noqa: PLC0415

    return StudyCommands


class StudyApp(App[None]):
    """Shows one mode at a time."""

    TITLE = "studyapp"
    DEFAULT_MODE = "opening"
    FIRST_MODE = "live"
    CSS_PATH = "app.tcss"
    MODES: ClassVar[dict[str, str | Callable[[], Screen[None]]]] = {
        "live": live_screen,
        "tour": tour_screen,
    }
    COMMANDS: ClassVar = {study_commands}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "quit", tooltip="quit"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.add_mode("opening", lambda: opening_screen(self.FIRST_MODE))
        self.register_theme(THEME)
        self.theme = "studyapp"

    async def on_opening_screen_drawn(self) -> None:
        """Go from the first frame to the screen that it stands for."""
        await self.switch_mode(self.FIRST_MODE)
        await self.remove_mode("opening")
        self._mind_size(self.size)

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

    async def action_tour(self) -> None:
        """Play the first ninety seconds again, from their beginning."""
        if self.current_mode != "tour":
            await self.switch_mode("tour")

    async def on_tour_screen_finished(self) -> None:
        """Go from the tour to the Live screen."""
        await self.switch_mode("live")
        await self.remove_mode("tour")
        self.add_mode("tour", tour_screen)


class FirstLaunchApp(StudyApp):
    """Begins with the tour."""

    FIRST_MODE = "tour"
