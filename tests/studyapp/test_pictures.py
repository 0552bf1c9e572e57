"""Pictures for a terminal."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from rich.console import Console

from studyapp.pictures import draw


def _drawn(data: bytes, columns: int, rows: int) -> list[str]:
    drawing = draw(data, "x", columns=columns, rows=rows)
    console = Console(width=200, file=io.StringIO())
    return [
        "".join(segment.text for segment in line)
        for line in console.render_lines(drawing.renderable, pad=False)  # type: ignore[arg-type]
        if any(segment.text.strip() for segment in line)
    ]


def test_a_picture_fits_into_its_box(sample: Callable[[str], Path]) -> None:
    lines = _drawn(sample("lighthouse.jpg").read_bytes(), 30, 8)

    assert len(lines) <= 8
    assert max(len(line) for line in lines) <= 30


def test_a_sideways_photo_is_drawn_upright(sample: Callable[[str], Path]) -> None:
    drawing = draw(sample("sideways.jpg").read_bytes(), "x", columns=30, rows=10)

    assert drawing.caption.startswith("1200 × 1600 JPEG")


def test_what_is_no_picture_says_why(sample: Callable[[str], Path]) -> None:
    drawing = draw(sample("not-a-photo.jpg").read_bytes(), "x", columns=30, rows=10)

    assert drawing.renderable is None
    assert "not a JPEG" in drawing.caption


def test_a_transparent_picture_shows_its_ground() -> None:
    buffer = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(buffer, "PNG")

    assert len(_drawn(buffer.getvalue(), 8, 4)) == 4


def test_a_box_without_room_is_no_error(sample: Callable[[str], Path]) -> None:
    assert draw(sample("badge.png").read_bytes(), "x", columns=-3, rows=0).renderable is not None
