"""What the living diagram shows, as a value.

Nothing of the pipeline is loaded for it, so the first frame can draw it before anything else;
``diagram_folding.py`` moves it on with each event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from pipeline.topology import ARROW_NAMES

if TYPE_CHECKING:
    from pipeline.events import RequestAuthorized, RequestDenied

    Decided = RequestAuthorized | RequestDenied


class ArrowState(StrEnum):
    """What the last call over an arrow came to."""

    IDLE = "idle"
    PASSING = "passing"
    ALLOWED = "allowed"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class DiagramState:
    """Everything the diagram draws."""

    arrows: Mapping[str, ArrowState]
    broken: frozenset[str] = frozenset()
    """Arrows whose permission was taken away."""

    uploads: int = 0
    visible: int = 0
    in_flight: int = 0
    delayed: int = 0
    dead_lettered: int = 0
    thumbnails: int = 0
    items: int = 0
    function_running: bool = False
    mapping_enabled: bool = True
    passing: str | None = None
    """The arrow that a call travels now."""

    last_decision_by_arrow: Mapping[str, Decided] = field(default_factory=dict)
    hidden: Mapping[str, float] = field(default_factory=dict)
    """Messages in flight: their id, and the time at which they are visible again."""

    known: frozenset[tuple[str, str]] = frozenset()
    """Objects and items that are counted already: their kind and key."""

    @classmethod
    def initial(cls) -> DiagramState:
        """Return the diagram of an empty sandbox."""
        return cls(arrows=dict.fromkeys(ARROW_NAMES, ArrowState.IDLE))
