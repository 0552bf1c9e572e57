"""Whether a pattern of a policy can cover any ARN of a resource type.

A pattern has wildcards and so has a type's ARN, so the question is whether the two have a text in
common. The type's ARN is a row of places; the pattern is read once, and a number holds as its bits
all the places that what was read so far may have led to. The time grows with the pattern's length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.iam.glob import Piece, Wildcard, split_pieces
from pipeline.iam.variables import Template, Variable

_PLACEHOLDER = re.compile(r"\{([A-Za-z]+)(\.\.\.)?\}")


@dataclass(frozen=True, slots=True)
class _Places:
    """Places of an ARN as bits: the lowest is its start, and one beyond the last is its end."""

    letters: dict[str, int]
    """By letter, the places where it stands."""

    narrow: int
    """Where a part without ``:`` and ``/`` takes its first letter."""

    wide: int
    """Where any part takes its first letter."""

    narrow_rest: int
    """Where a part without ``:`` and ``/`` takes further letters."""

    wide_rest: int
    """Where any part takes further letters."""

    end: int

    def start(self) -> int:
        """Return the places before anything is read."""
        return 1

    def after(self, places: int, letter: str) -> int:
        """Return the places after one more letter of a pattern."""
        steps = self.letters.get(letter, 0) | self.wide
        stays = self.wide_rest
        if letter not in ":/":
            steps |= self.narrow
            stays |= self.narrow_rest
        return self._closed((places & steps) << 1 | places & stays)

    def after_any(self, places: int) -> int:
        """Return the places after a ``?``."""
        stays = self.wide_rest | self.narrow_rest
        return self._closed((places & ~stays) << 1 & (self.end << 1) - 1 | places & stays)

    def after_run(self, places: int) -> int:
        """Return the places after a ``*``: whatever lies behind the first."""
        lowest = places & -places
        return (self.end << 1) - lowest if places else 0

    def _closed(self, places: int) -> int:
        """Add the places that are reached by reading nothing: behind a part's further letters."""
        return places | (places & (self.narrow_rest | self.wide_rest)) << 1


@dataclass(frozen=True, slots=True)
class ArnShape:
    """The ARN of a resource type."""

    text: str
    """``arn:aws:s3:::{BucketName}/{ObjectName...}``."""

    places: _Places
    """Of what follows the partition."""

    @property
    def example(self) -> str:
        """The ARN as a message shows it: ``arn:aws:s3:::BucketName/ObjectName``."""
        return _PLACEHOLDER.sub(r"\1", self.text)

    def overlaps(self, pattern: Template) -> bool:
        """Tell whether some ARN of the type is covered by a pattern, whatever its variables are.

        Segments that the pattern does not have are ``*``, as for AWS.
        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
        """
        pieces: list[Piece] = [
            Wildcard.RUN if isinstance(piece, Variable) else piece for piece in pattern
        ]
        if pieces == [Wildcard.RUN]:
            return True
        missing = 6 - len(split_pieces(pieces, ":", 5))
        parts = split_pieces([*pieces, *(":", Wildcard.RUN) * missing], ":", 2)
        return self._has(parts[2])

    def _has(self, pieces: Iterable[Piece]) -> bool:
        places = self.places.start()
        for piece in pieces:
            if piece is Wildcard.RUN:
                places = self.places.after_run(places)
            elif piece is Wildcard.ONE:
                places = self.places.after_any(places)
            else:
                for letter in piece.value if isinstance(piece, Wildcard) else piece:
                    places = self.places.after(places, letter)
                    if not places:
                        return False
        return bool(places & self.places.end)


def arn_shape(text: str) -> ArnShape:
    """Return the shape that a line of the catalogue writes."""
    letters: dict[str, int] = {}
    narrow = wide = narrow_rest = wide_rest = 0
    place = 1
    after_partition = text.split(":", 2)[2]
    position = 0
    while position < len(after_partition):
        found = _PLACEHOLDER.match(after_partition, position)
        if found is None:
            letter = after_partition[position]
            letters[letter] = letters.get(letter, 0) | place
            place <<= 1
            position += 1
            continue
        if found.group(2):
            wide, wide_rest = wide | place, wide_rest | place << 1
        else:
            narrow, narrow_rest = narrow | place, narrow_rest | place << 1
        place <<= 2
        position = found.end()
    return ArnShape(text, _Places(letters, narrow, wide, narrow_rest, wide_rest, end=place))
