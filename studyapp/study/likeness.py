"""Which texts are nearly the same as one before them.

Texts are compared by the word triples that they share (Jaccard). Comparing each with each would
take a minute for ten thousand; two texts that are alike must share one of their rarest triples, so
only those that do are compared.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

_WORD = re.compile(r"[\w'-]+")
_TRIPLE = 3
_ROUNDING = 1e-9


def alike(texts: Sequence[str], least: float) -> Iterator[tuple[int, int]]:
    """Yield the places of each text that is like an earlier one, and of the earlier one.

    A text is named once, with the first that it is like; ``least`` is the share of triples in
    common from which two texts are alike.
    """
    triples = [_triples(text) for text in texts]
    frequency = Counter(triple for of_text in triples for triple in of_text)
    holders: dict[tuple[str, ...], list[int]] = {}
    for place, of_text in enumerate(triples):
        rare_first = sorted(of_text, key=lambda triple: (frequency[triple], triple))
        in_common = math.ceil(least * len(of_text) - _ROUNDING)
        rarest = rare_first[: len(of_text) - in_common + 1]
        candidates = sorted({earlier for triple in rarest for earlier in holders.get(triple, ())})
        twin = next((c for c in candidates if _likeness(of_text, triples[c]) >= least), None)
        if twin is not None:
            yield place, twin
            continue
        for triple in rarest:
            holders.setdefault(triple, []).append(place)


def _triples(text: str) -> frozenset[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return frozenset(
        tuple(words[start : start + _TRIPLE]) for start in range(max(1, len(words) - _TRIPLE + 1))
    )


def _likeness(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)
