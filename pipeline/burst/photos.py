"""The photos of a burst: one picture, made different by a comment inside."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

_NOISE = (1000, 750)
"""Pixels of noise that a large picture is made from, scaled: about a third of a byte a pixel."""

_START_OF_IMAGE = b"\xff\xd8"
_COMMENT = b"\xff\xfe"


@dataclass(frozen=True, slots=True)
class Photos:
    """Photos of one size, each with other bytes; a JPEG's comment segment tells them apart."""

    jpeg: bytes

    @classmethod
    def of_size(cls, width: int, height: int) -> Photos:
        """Return photos of that many pixels; 4,000 × 3,000 take about 4 MB each."""
        small = (min(width, _NOISE[0]), min(height, _NOISE[1]))
        noise = Image.effect_noise(small, 90).resize((width, height))
        gradient = Image.linear_gradient("L").resize((width, height))
        picture = Image.merge("RGB", (noise, noise.transpose(Image.Transpose(0)), gradient))
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=88)
        return cls(buffer.getvalue())

    def photo(self, number: int) -> bytes:
        """Return one photo."""
        text = f"photo {number}".encode()
        comment = _COMMENT + (len(text) + 2).to_bytes(2, "big") + text
        return _START_OF_IMAGE + comment + self.jpeg[len(_START_OF_IMAGE) :]

    @staticmethod
    def poison(number: int) -> bytes:
        """Return something that can never become a thumbnail."""
        return f"This is no photo, number {number}.".encode()
