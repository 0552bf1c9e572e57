"""The smallest part of some things that still suffices.

Junker's QuickXplain (https://cdn.aaai.org/AAAI/2004/AAAI04-027.pdf): it asks about halves, so that
a few that matter among hundreds are found with few questions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def smallest(items: Sequence[T], suffices: Callable[[Sequence[T]], bool]) -> tuple[T, ...]:
    """Return a part of which nothing can be spared; of two that will do, the earlier item stays.

    Args:
        items: All, which suffice together.
        suffices: Whether some do; when some do, more of them do too.
    """
    if suffices(()):
        return ()
    return _smallest((), tuple(items), suffices)


def _smallest(
    base: tuple[T, ...], items: tuple[T, ...], suffices: Callable[[Sequence[T]], bool]
) -> tuple[T, ...]:
    """Return what must be added to a base that does not suffice."""
    if len(items) == 1:
        return items
    middle = len(items) // 2
    first, second = items[:middle], items[middle:]
    of_second = _rest((*base, *first), second, suffices)
    return (*_rest((*base, *of_second), first, suffices), *of_second)


def _rest(
    base: tuple[T, ...], items: tuple[T, ...], suffices: Callable[[Sequence[T]], bool]
) -> tuple[T, ...]:
    return () if suffices(base) else _smallest(base, items, suffices)
