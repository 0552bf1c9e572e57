"""Whose turn it is: the parts of the cloud that act by themselves, and when each is due.

Pushes (S3, SNS, rules) happen as soon as something is due, after each command; pollers (event
source mappings, asynchronous invocations) wait for their turn, so that a learner can look between.
Where nothing is due now, time is skipped to the earliest moment at which something is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar, Protocol

from pipeline.clock import Clock


class Agent(Protocol):
    """A part of the cloud that acts by itself."""

    waits_for: ClassVar[str]
    """What it waits for when it is due later, in a few words."""

    def due_at(self) -> float | None:
        """Return when it can next do something, in epoch seconds; None: nothing waits."""

    def act(self) -> bool:
        """Do what is due now; tell whether anything was done."""

    def forget(self) -> None:
        """Drop everything: the cloud is empty."""


@dataclass(frozen=True, slots=True)
class Turns:
    """The agents of one sandbox."""

    clock: Clock
    pushes: tuple[Agent, ...]
    pollers: Callable[[], tuple[Agent, ...]]
    """Returns those that there are now: mappings are made and deleted."""

    def push(self) -> None:
        """Let everything that is pushed arrive, and what follows from it."""
        while any(self._act(agent) for agent in self.pushes):
            pass

    def poll(self) -> bool:
        """Let each poller have one turn, and push what follows; tell whether anything was done."""
        acted = False
        for agent in self.pollers():
            if self._act(agent):
                acted = True
                self.push()
        return acted

    def due_in(self) -> float | None:
        """Return the seconds until an agent has something to do; None when nothing waits."""
        first = self._first()
        return None if first is None else max(0.0, first[0] - self.clock.now())

    def waits_for(self) -> str:
        """Return what the agent waits for that is due next, in a few words."""
        first = self._first()
        return "" if first is None else first[1].waits_for

    def _first(self) -> tuple[float, Agent] | None:
        waiting = [(m, agent) for agent in self._agents() if (m := agent.due_at()) is not None]
        return min(waiting, key=lambda each: each[0]) if waiting else None

    def forget(self) -> None:
        """Drop everything that is due."""
        for agent in self._agents():
            agent.forget()

    def _agents(self) -> Iterable[Agent]:
        return (*self.pushes, *self.pollers())

    def _act(self, agent: Agent) -> bool:
        due = agent.due_at()
        return due is not None and due <= self.clock.now() and agent.act()
