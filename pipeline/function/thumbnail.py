"""Bytes of a photo in, bytes of a thumbnail out; no cloud, no files, no global state.

Photos come from strangers, so their format is read from their first bytes, their dimensions are
checked before a pixel is decoded, and each way to fail is one :class:`ThumbnailError`. The
readers are called directly and not through ``Image.open``, whose decompression bomb check warns
by way of the process-wide warnings filters; the check here is an argument.

A JPEG is decoded at an eighth, a quarter or half of its size where that suffices
(``Image.thumbnail`` asks for the draft), so that a 12-megapixel photo costs what its thumbnail
needs. Orientation and colours are put right on the small picture. No metadata is copied: what a
camera wrote about place and time stays in the original.
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass

from PIL import ExifTags, Image
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from .colour import has_alpha, ready_to_resize, to_srgb
from .errors import ThumbnailError

DEFAULT_LONGEST_SIDE = 256
DEFAULT_MAX_PIXELS = 100_000_000

_READERS: tuple[tuple[int, bytes, type[ImageFile]], ...] = (
    (0, b"\xff\xd8\xff", JpegImageFile),
    (0, b"\x89PNG\r\n\x1a\n", PngImageFile),
    (8, b"WEBP", WebPImageFile),
    (0, b"GIF8", GifImageFile),
    (0, b"BM", BmpImageFile),
    (0, b"II*\x00", TiffImageFile),
    (0, b"MM\x00*", TiffImageFile),
)
"""Where a format's mark stands, the mark, and what reads it."""

_UNREADABLE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    EOFError,
    MemoryError,
    NotImplementedError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Warning,
)
"""What Pillow's readers raise on damaged files (a warning, where the process makes it an error)."""

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What sets a picture upright, by the value of its EXIF orientation tag."""

_EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A thumbnail and what is known of its original."""

    data: bytes
    format: str
    """JPEG, PNG or WEBP."""

    content_type: str
    """Its media type: ``image/jpeg`` …"""

    extension: str
    """Without a dot: ``jpg`` …"""

    width: int
    """In pixels."""

    height: int
    original_format: str
    """JPEG, PNG, WEBP, GIF, BMP or TIFF."""

    original_width: int
    """In pixels, after the photo's orientation is applied."""

    original_height: int


def make_thumbnail(
    data: bytes,
    *,
    longest_side: int = DEFAULT_LONGEST_SIDE,
    max_pixels: int = DEFAULT_MAX_PIXELS,
) -> Thumbnail:
    """Return a thumbnail of a photo: upright, in sRGB, never larger than the original.

    JPEG, PNG and WebP keep their format, since whoever can show the original can show the
    thumbnail. GIF, BMP and TIFF become PNG where they have a transparent pixel and JPEG where
    they have none. Of an animation or a document of many pages the first is taken.

    Args:
        data: The file's bytes.
        longest_side: Pixels of the thumbnail's longer side; the other keeps the proportions.
        max_pixels: How many pixels the photo may have.

    Raises:
        ThumbnailError: The bytes are no whole photo within the limits; the text says why.
    """
    source = _open(data)
    _check_dimensions(*source.size, max_pixels)
    try:
        if not isinstance(source, JpegImageFile):  # only JPEG can be decoded smaller than it is
            source.load()  # this turns a TIFF upright and finds the PNG chunks behind the pixels
        width, height = source.size
        picture = ready_to_resize(source)
        picture.thumbnail((longest_side, longest_side))
        picture.load()
    except _UNREADABLE as error:
        raise ThumbnailError(
            f"The {source.format} photo cannot be decoded, it is damaged or incomplete: {error}."
        ) from error
    orientation = _orientation(source)
    if orientation >= 5:
        width, height = height, width
    try:
        upright = to_srgb(picture, source.info.get("icc_profile"))
        if orientation in _UPRIGHT:
            upright = upright.transpose(_UPRIGHT[orientation])
        encoded, output_format = _encode(upright, str(source.format))
    except _UNREADABLE as error:
        raise ThumbnailError(
            f"The {source.format} photo has colours that cannot be converted: {error}."
        ) from error
    return Thumbnail(
        data=encoded,
        format=output_format,
        content_type=f"image/{output_format.lower()}",
        extension=_EXTENSIONS[output_format],
        width=upright.width,
        height=upright.height,
        original_format=str(source.format),
        original_width=width,
        original_height=height,
    )


def _open(data: bytes) -> ImageFile:
    if not data:
        raise ThumbnailError("The file is empty.")
    for offset, mark, reader in _READERS:
        if data.startswith(mark, offset):
            try:
                return reader(io.BytesIO(data))
            except _UNREADABLE as error:
                raise ThumbnailError(
                    f"The file begins like a {reader.format} photo but cannot be read: {error}."
                ) from error
    raise ThumbnailError("The file is not a JPEG, PNG, WebP, GIF, BMP or TIFF image.")


def _check_dimensions(width: int, height: int, max_pixels: int) -> None:
    if width < 1 or height < 1:
        raise ThumbnailError(f"The photo has no pixels: it is {width} x {height}.")
    if width * height > max_pixels:
        raise ThumbnailError(
            f"The photo has too many pixels: {width} x {height} is {width * height:,}, "
            f"at most {max_pixels:,} are allowed."
        )


def _orientation(source: ImageFile) -> int:
    """Return the EXIF orientation, 1 to 8; unreadable EXIF data means upright."""
    try:
        value = source.getexif().get(ExifTags.Base.Orientation, 1)
    except _UNREADABLE:
        return 1
    return value if isinstance(value, int) and value in _UPRIGHT else 1


def _encode(picture: Image.Image, original_format: str) -> tuple[bytes, str]:
    if original_format in _EXTENSIONS:
        output_format = original_format
    else:
        output_format = "PNG" if has_alpha(picture) else "JPEG"
    plain = picture.copy()
    plain.info.clear()  # the encoders would write profile, comment and transparency from here
    buffer = io.BytesIO()
    match output_format:
        case "JPEG":
            plain.save(buffer, "JPEG", quality=85, optimize=True)
        case "WEBP":
            plain.save(buffer, "WEBP", quality=80)
        case _:
            plain.save(buffer, "PNG", optimize=True)
    return buffer.getvalue(), output_format
