"""Pictures for a terminal: two pixels a character, upright, on a chequered ground.

Imports Pillow, so only the sandbox's thread imports it. The function's own code reads the photo
(``pipeline.function.thumbnail``): what it refuses cannot be drawn either, and a 48-megapixel JPEG
is decoded no larger than it is shown.
"""

from __future__ import annotations

import io

from PIL import Image
from rich_pixels import Pixels

from pipeline.function.errors import ThumbnailError
from pipeline.function.thumbnail import make_thumbnail
from pipeline.words import size_words
from studyapp.reports import Drawing

_SQUARE = 4
_LIGHT, _DARK = (78, 82, 92, 255), (58, 62, 72, 255)


def draw(data: bytes, title: str, *, columns: int, rows: int) -> Drawing:
    """Return a picture that fits into ``columns`` × ``rows`` characters."""
    box = (max(columns, 4), max(rows, 2) * 2)
    try:
        small = make_thumbnail(data, longest_side=max(box))
    except ThumbnailError as error:
        return Drawing(title, f"{size_words(len(data))} · {error}", None)
    with Image.open(io.BytesIO(small.data)) as opened:
        picture = opened.convert("RGBA")
    picture.thumbnail(box)
    caption = (
        f"{small.original_width} × {small.original_height} {small.original_format}"
        f" · {size_words(len(data))}"
    )
    return Drawing(title, caption, Pixels.from_image(_on_chequers(picture)))


def _on_chequers(picture: Image.Image) -> Image.Image:
    """Return the picture on a ground that shows where it is transparent."""
    if picture.getchannel("A").getextrema() == (255, 255):
        return picture
    ground = Image.new("RGBA", picture.size, _DARK)
    square = Image.new("RGBA", (_SQUARE, _SQUARE), _LIGHT)
    for top in range(0, picture.height, _SQUARE):
        for left in range(top % (2 * _SQUARE), picture.width, 2 * _SQUARE):
            ground.paste(square, (left, top))
    return Image.alpha_composite(ground, picture)
