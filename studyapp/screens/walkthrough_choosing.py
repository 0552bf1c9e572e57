"""Choosing, typing and scrolling in a chapter."""

from __future__ import annotations

from dataclasses import replace

from textual import on

from studyapp.screens.walkthrough_view import WalkthroughView
from studyapp.study.walkthrough import PredictStep
from studyapp.widgets.prediction import LONGEST_NUMBER, Prediction
from studyapp.widgets.question_card import QuestionCard


class WalkthroughChoosing(WalkthroughView):
    """What the keys for options, digits and scrolling do."""

    @on(Prediction.Picked)
    @on(QuestionCard.Picked)
    def _picked(self, message: Prediction.Picked | QuestionCard.Picked) -> None:
        self.action_digit(message.number)

    def action_digit(self, digit: int) -> None:
        """Choose an option by its number, or type a digit."""
        step, guess = self.walking.step, self.guess
        if self.asked is not None:
            self.asked.choose(digit)
        elif isinstance(step, PredictStep) and guess is not None:
            if not step.is_choice:
                self.action_type(str(digit))
            elif 1 <= digit <= len(step.options):
                self.guesses[step.id] = replace(guess, chosen=digit - 1)
        self.tell()

    def action_type(self, mark: str) -> None:
        """Type a digit, a point or a minus; nothing takes the last mark back."""
        step, guess = self.walking.step, self.guess
        if isinstance(step, PredictStep) and guess is not None:
            typed = f"{guess.typed}{mark}" if mark else guess.typed[:-1]
            self.guesses[step.id] = replace(guess, typed=typed[:LONGEST_NUMBER])
            self.tell()

    def action_point(self, change: int) -> None:
        """Choose the next option, or scroll."""
        step, guess = self.walking.step, self.guess
        if self.asked is not None and not self.asked.is_answered:
            self.asked.point(change)
            self.tell()
        elif isinstance(step, PredictStep) and step.is_choice and guess is not None:
            before = guess.chosen if guess.chosen is not None else -1 if change > 0 else 0
            chosen = (before + change) % len(step.options)
            self.guesses[step.id] = replace(guess, chosen=chosen)
            self.tell()
        else:
            self.scrolled.scroll_relative(y=change, animate=False)

    def action_scroll(self, pages: int) -> None:
        """Scroll by pages."""
        scrolled = self.scrolled
        scrolled.scroll_relative(y=pages * max(1, scrolled.size.height - 2), animate=False)

    def action_choose_pointed(self) -> None:
        """Choose the option that is pointed at."""
        if self.asked is not None:
            self.action_digit(self.asked.pointed + 1)

    def action_hint(self) -> None:
        """Take the question's hint."""
        if self.asked is not None:
            self.asked.hint()
            self.tell()
