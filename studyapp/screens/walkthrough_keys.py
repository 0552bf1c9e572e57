"""The walkthrough's keys: going on and back, travelling in time, choosing and typing."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from studyapp.study.walkthrough import CheckStep, ObserveStep, PredictStep
from studyapp.walk_question import Asked
from studyapp.walking import COVER, Walking


class WalkthroughKeys(Screen[str | None]):
    """What can be done in a chapter, and when."""

    FURTHER_KEYS = (
        ("↑ ↓", "choose an option; scroll the text"),
        ("0-9", "choose an option, or type the number that is asked for"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go_on", "go on", tooltip="do what is next: read on, run, answer, go on"),
        Binding("right", "go_on", show=False),
        Binding("b,left", "back", "back", key_display="b", tooltip="the step before, as it was"),
        Binding(
            "left_square_bracket", "hop(-1)", "earlier", key_display="[", tooltip="one call back"
        ),
        Binding(
            "right_square_bracket", "hop(1)", "later", key_display="]", tooltip="one call forward"
        ),
        Binding("o", "open", "payload", tooltip="the payload on the whole screen"),
        Binding("v", "live", "live", tooltip="open Live with this very state"),
        Binding("h", "hint", "hint", tooltip="take the question's hint"),
        Binding("n", "skip", "skip", tooltip="go on without an answer"),
        Binding("question_mark", "help", "help", tooltip="about the node at hand, and all keys"),
        Binding("escape", "leave", "leave", tooltip="leave; everything is kept"),
        *(Binding(str(n), f"digit({n})", show=False) for n in range(10)),
        Binding("full_stop", "type('.')", show=False),
        Binding("minus", "type('-')", show=False),
        Binding("backspace", "type('')", show=False),
        Binding("space", "choose_pointed", show=False, tooltip="choose the option pointed at"),
        Binding("up", "point(-1)", show=False),
        Binding("down", "point(1)", show=False),
        Binding("pageup", "scroll(-1)", show=False),
        Binding("pagedown", "scroll(1)", show=False),
    ]

    walking: Walking
    asked: Asked | None

    @abstractmethod
    def tell(self) -> None:
        """Show what is now known; for the subclass."""

    @property
    def has_hops(self) -> bool:
        """Whether calls are shown that can be gone through."""
        walking = self.walking
        if walking.cursor is None or walking.is_unrun or walking.step is None:
            return False
        if isinstance(walking.step, CheckStep | ObserveStep):
            return False
        return walking.step.kind == "run" or self.has_class("-wide")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what can be done here."""
        if action == "hop":
            return self._can_hop(parameters)
        step, cursor = self.walking.step, self.walking.cursor
        is_asked = self.asked is not None and not self.asked.is_answered
        hop = cursor.hop if cursor is not None else None
        conditions = {
            "open": self.walking.observed is not None or (self.has_hops and hop is not None),
            "skip": self.is_open_question,
            "back": self.walking.place > COVER,
            "hint": is_asked,
            "choose_pointed": is_asked,
            "type": isinstance(step, PredictStep) and not step.is_choice,
        }
        return conditions.get(action, True)

    @property
    def is_open_question(self) -> bool:
        """Whether something is asked here that has no answer yet."""
        if self.asked is not None:
            return not self.asked.is_answered
        step = self.walking.step
        return isinstance(step, PredictStep) and step.id not in self.walking.done

    def _can_hop(self, parameters: tuple[object, ...]) -> bool:
        cursor = self.walking.cursor
        if not self.has_hops or cursor is None:
            return False
        return cursor.position > 0 if parameters == (-1,) else not cursor.is_at_end
