"""What the function is told by its environment variables.

``THUMBNAILS_BUCKET`` and ``IMAGES_TABLE`` name where results go; ``LONGEST_SIDE``, ``MAX_BYTES``
and ``MAX_PIXELS`` have defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .thumbnail import DEFAULT_LONGEST_SIDE, DEFAULT_MAX_PIXELS

DEFAULT_MAX_BYTES = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """What the function's environment variables say."""

    thumbnails_bucket: str
    images_table: str
    longest_side: int
    """Pixels of a thumbnail's longer side."""

    max_bytes: int
    """How large an original may be."""

    max_pixels: int
    """How many pixels an original may have."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read the settings; ``KeyError`` or ``ValueError`` where one is missing or no number."""
        return cls(
            thumbnails_bucket=environment["THUMBNAILS_BUCKET"],
            images_table=environment["IMAGES_TABLE"],
            longest_side=int(environment.get("LONGEST_SIDE", DEFAULT_LONGEST_SIDE)),
            max_bytes=int(environment.get("MAX_BYTES", DEFAULT_MAX_BYTES)),
            max_pixels=int(environment.get("MAX_PIXELS", DEFAULT_MAX_PIXELS)),
        )
