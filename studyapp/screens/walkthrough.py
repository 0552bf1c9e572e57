"""A chapter of the walkthrough: prose on one side, the living architecture on the other.

What runs, runs on the chapter's own thread and comes back as a recording; everything that the
screen shows of it, it shows by rewinding and replaying that.
"""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass

from textual import on
from textual.message import Message

from studyapp.desk import Desk
from studyapp.screens.help import HelpScreen, keys_of
from studyapp.screens.sandbox_screen import FIRST_FRAME_SECONDS, STOP_SECONDS
from studyapp.screens.walkthrough_choosing import WalkthroughChoosing
from studyapp.study.walk_payload import shown_of
from studyapp.study.walk_progress import StepDone
from studyapp.study.walkthrough import Chapter, CheckStep, ObserveStep, PredictStep, RunStep
from studyapp.walk_thread import BrokenOff, Recorded, Running, WalkReport, WalkThread
from studyapp.widgets.hop_view import answers, call_words
from studyapp.widgets.payload import Payload

SECONDS_PER_CALL = 0.15
MOST_PICTURES = 40
"""Of a run that is played; of a longer one several calls are passed at a time."""


@dataclass
class Walked(Message, bubble=False):
    """The chapter's thread says something."""

    report: WalkReport


class WalkthroughScreen(WalkthroughChoosing):
    """One chapter; it ends with the slug of the one to go on with, or None."""

    def __init__(
        self,
        desk: Desk,
        chapter: Chapter,
        done: dict[str, StepDone],
        following: Chapter | None = None,
    ) -> None:
        super().__init__(desk, chapter, done, following)
        self._thread = WalkThread(chapter, lambda report: self.post_message(Walked(report)))
        self._started = ""
        self._is_busy = False

    def on_mount(self) -> None:
        """Show the step; load the cloud once the first frame is drawn."""
        self.watch(self.query_one("#page"), "scroll_y", self.tell_next, init=False)
        self.arrive()
        self.call_after_refresh(self.set_timer, FIRST_FRAME_SECONDS, self._thread.start)

    async def on_unmount(self) -> None:
        """End the thread; the event loop goes on meanwhile."""
        await asyncio.to_thread(self._thread.stop, STOP_SECONDS)

    def on_resize(self) -> None:
        """Fit everything to the new size."""
        self.tell()

    def arrive(self) -> None:
        """Show the step that one has come to, and get what it needs."""
        self._stop_playing()
        step = self.walking.step
        self.asked = self.question_of(step) if isinstance(step, CheckStep) else None
        missing = self.walking.missing
        if missing is not None:
            self._record(missing)
        self.tell()
        self.query_one("#page").scroll_home(animate=False)

    # -- what runs --

    def _record(self, step: RunStep) -> None:
        if step.id not in self.running:
            self.running[step.id] = 0
            self.broken_off.pop(step.id, None)
            self._thread.record(step)

    @on(Walked)
    async def _take(self, message: Walked) -> None:
        report = message.report
        match report:
            case Running(step, events):
                if step in self.running:
                    self.running[step] = events
                self.tell_next()
                return
            case Recorded(_, recording):
                self.walking.take(recording)
            case BrokenOff(step, sentence):
                self.broken_off[step] = sentence
        self.running.pop(report.step, None)
        is_here = self.walking.step is not None and self.walking.step.id == report.step
        if is_here and self._started == report.step and isinstance(report, Recorded):
            await self._play()
        self.tell()

    async def _play(self) -> None:
        """Let the calls of the run at hand pass before the eye."""
        cursor = self.walking.cursor
        if cursor is None:
            return
        if self.app.animation_level == "none":
            await self._end_playing()
            return
        self._stop_playing()
        # Not in the timer's own task: what ends the timer would end itself.
        self.player = self.set_interval(SECONDS_PER_CALL, lambda: self.call_later(self._pass_calls))
        self.tell()

    async def _pass_calls(self) -> None:
        cursor = self.walking.cursor
        if cursor is None or self.player is None:
            return
        self.walking.travel(cursor.position + math.ceil(len(cursor.run.hops) / MOST_PICTURES))
        if self.walking.cursor is not None and self.walking.cursor.is_at_end:
            await self._end_playing()
        else:
            self.tell()

    async def _end_playing(self) -> None:
        self._stop_playing()
        cursor = self.walking.cursor
        if cursor is not None:
            self.walking.travel(len(cursor.run.hops))
        await self._keep()
        self.tell()

    def _stop_playing(self) -> None:
        if self.player is not None:
            self.player.stop()
            self.player = None

    # -- going on and back --

    async def action_go_on(self) -> None:
        """Do what is next."""
        if self._is_busy:
            return
        self._is_busy = True
        try:
            await self._go_on()
        finally:
            self._is_busy = False

    async def _go_on(self) -> None:
        step = self.walking.step
        page = self.query_one("#page")
        if self.is_unread and self.player is None:
            page.scroll_relative(y=max(1, page.size.height - 1), animate=False)
            return
        match step:
            case None if self.walking.is_at_end:
                self.dismiss(self.following.slug if self.following is not None else None)
                return
            case PredictStep():
                if self.guess is None or self.guess.prediction is None:
                    return
                right = step.is_right(self.guess.prediction)
                await self._keep(self.guess.prediction, is_right=right)
            case RunStep() if not self.broken_off.get(step.id):
                if not await self._has_run(step):
                    return
            case RunStep():
                pass
            case CheckStep() if self.asked is not None and not self.asked.is_answered:
                await self._answer()
                return
            case CheckStep():
                pass
            case _:
                await self._keep()
        self.walking.go(1)
        self.arrive()

    async def _has_run(self, step: RunStep) -> bool:
        """Whether a run lies behind; else let it begin, go on or come to its end."""
        cursor = self.walking.cursor
        if self.player is not None:
            await self._end_playing()
        elif self.walking.is_unrun or cursor is None:
            self._started = step.id
            self._record(step)
            self.tell()
        elif cursor.is_at_end:
            await self._keep()
            return True
        else:
            await self._play()
        return False

    async def _answer(self) -> None:
        asked = self.asked
        if asked is None or not asked.is_chosen:
            return
        asked.sitting = await self.desk.answer(asked.sitting, asked.question)
        await self._keep(is_right=asked.is_right)
        self.tell()

    async def _keep(self, prediction: float | None = None, *, is_right: bool | None = None) -> None:
        """Keep that the step at hand is done."""
        step, chapter = self.walking.step, self.walking.chapter
        if step is None:
            return
        done = StepDone(chapter.slug, step.id, self.desk.now(), prediction, is_right)
        self.walking.done[step.id] = done
        await self.desk.keep_step(done)
        for sentence in self.desk.take_told():
            self.notify(sentence, severity="error", timeout=20)

    def action_back(self) -> None:
        """Go back a step; what has run is rewound to what it was there."""
        self.walking.go(-1)
        self.arrive()

    def action_skip(self) -> None:
        """Go on without an answer."""
        self.walking.go(1)
        self.arrive()

    def action_hop(self, change: int) -> None:
        """Go a call back, or forward."""
        self._stop_playing()
        cursor = self.walking.cursor
        if cursor is not None:
            self.walking.travel(cursor.position + change)
            self.tell()

    def action_leave(self) -> None:
        """Leave; everything is kept."""
        self.dismiss(None)

    # -- further views --

    def action_open(self) -> None:
        """Show the payload on the whole screen."""
        from studyapp.screens.whole import MarkedScreen, PayloadScreen  # noqa: PLC0415

        step, event, cursor = self.walking.step, self.walking.observed, self.walking.cursor
        if isinstance(step, ObserveStep) and event is not None:
            self.app.push_screen(MarkedScreen(shown_of(event, step.mark)))
        elif cursor is not None and cursor.hop is not None:
            hop = cursor.hop
            self.app.push_screen(PayloadScreen(Payload(call_words(hop), answers(hop))))

    def action_live(self) -> None:
        """Open Live with what stands here, on a fresh sandbox."""
        from studyapp.screens.live import LiveScreen  # noqa: PLC0415 - for those who want it

        self._stop_playing()
        replay = self.walking.replay
        self.app.push_screen(LiveScreen(replay.topology, replay))

    def action_help(self) -> None:
        """Explain the node at hand, and list the keys."""
        from studyapp.explaining import explanation_of  # noqa: PLC0415

        subject = self.selected
        explanation = explanation_of(self.walking.topology, subject) if subject else None
        self.app.push_screen(HelpScreen(subject, keys_of(self), explanation))
