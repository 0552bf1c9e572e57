"""Colours put right: whatever a photo is made of becomes grey or RGB, with or without alpha."""

from __future__ import annotations

import io

from PIL import Image, ImageChops, ImageCms

_NUMBERS = ("I", "F")
"""Modes of measured values, which have no fixed black and white."""

_SIXTEEN_BITS = ("I;16", "I;16B")
"""Modes of 16-bit grey, the least and the most significant byte first."""

_AS_IT_IS = ("L", "LA", "RGB", "RGBA", "CMYK", "LAB", *_SIXTEEN_BITS, *_NUMBERS)

_RESIZABLE = {
    **{mode: mode for mode in _AS_IT_IS},
    "1": "L",
    "La": "LA",
    "PA": "RGBA",
    "RGBa": "RGBA",
}
"""The mode in which a picture of a mode is made smaller; of any other mode it is RGB."""


def has_alpha(picture: Image.Image) -> bool:
    """Say whether a picture in one of the thumbnail's modes has an alpha channel."""
    return picture.mode in {"LA", "RGBA"}


def ready_to_resize(picture: Image.Image) -> Image.Image:
    """Return the picture in a mode whose neighbouring pixels can be blended.

    A palette's indices cannot, nor pixels among which one colour means transparent. The other
    modes are returned as they are, undecoded, so that a JPEG can still be decoded smaller.
    """
    if "transparency" not in picture.info:
        wanted = _RESIZABLE.get(picture.mode, "RGB")
    elif picture.mode in _SIXTEEN_BITS:
        return _grey_with_transparency(picture)
    else:
        wanted = "LA" if picture.mode in {"1", "L"} else "RGBA"
    return picture if picture.mode == wanted else picture.convert(wanted)


def to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Return a small picture as L, LA, RGB or RGBA in sRGB.

    A colour profile is applied where the picture has one that fits its mode; a damaged or
    unfitting one is ignored. CMYK without a profile is converted by the plain formula (Pillow has
    undone Adobe's inversion when it decoded). An alpha channel without a transparent pixel goes.
    """
    colours, alpha = _without_alpha(_to_eight_bits(picture))
    colours = _by_profile(colours, profile)
    if colours.mode not in {"L", "RGB"}:
        colours = colours.convert("RGB")
    if alpha is not None:
        colours.putalpha(alpha)
    return colours


def _high_and_low_bytes(picture: Image.Image) -> tuple[Image.Image, Image.Image]:
    """Return 16-bit grey as two 8-bit pictures (Pillow's own conversion cuts values off at 255)."""
    first, second = Image.frombytes("LA", picture.size, picture.tobytes()).split()
    return (first, second) if picture.mode == "I;16B" else (second, first)


def _grey_with_transparency(picture: Image.Image) -> Image.Image:
    """Return 16-bit grey in which one value means transparent as 8-bit grey with alpha."""
    value = int(picture.info["transparency"])
    high, low = _high_and_low_bytes(picture)
    transparent = ImageChops.darker(
        high.point([255 if byte == value >> 8 else 0 for byte in range(256)]),
        low.point([255 if byte == value & 255 else 0 for byte in range(256)]),
    )
    return Image.merge("LA", (high, ImageChops.invert(transparent)))


def _to_eight_bits(picture: Image.Image) -> Image.Image:
    if picture.mode in _SIXTEEN_BITS:
        return _high_and_low_bytes(picture)[0]
    if picture.mode in _NUMBERS:
        return _stretched(picture)
    return picture


def _stretched(picture: Image.Image) -> Image.Image:
    """Return measured values as grey: the least is black, the greatest white."""
    extrema = picture.getextrema()
    least, greatest = float(extrema[0]), float(extrema[1])  # type: ignore[arg-type]
    if not least < greatest:
        return Image.new("L", picture.size, 128)
    scale = 255 / (greatest - least)
    offset = -least * scale
    return picture.convert("F").point(lambda value: value * scale + offset).convert("L")


def _without_alpha(picture: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """Return the colours and, where a pixel is not opaque, the alpha channel."""
    if not has_alpha(picture):
        return picture, None
    alpha = picture.getchannel("A")
    return picture.convert("L" if picture.mode == "LA" else "RGB"), _unless_opaque(alpha)


def _unless_opaque(alpha: Image.Image) -> Image.Image | None:
    return None if alpha.getextrema() == (255, 255) else alpha


def _by_profile(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if picture.mode != "LAB" and not profile:
        return picture
    try:
        source = _profile_of(picture, profile or b"")
        if picture.mode == "RGB" and "sRGB" in ImageCms.getProfileDescription(source):
            return picture  # nearly every photo: saves building a transform that changes nothing
        converted = ImageCms.profileToProfile(picture, source, _srgb(), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return picture
    return picture if converted is None else _as_grey_as(picture, converted)


def _profile_of(picture: Image.Image, profile: bytes) -> ImageCms.ImageCmsProfile:
    if picture.mode == "LAB":
        return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    return ImageCms.ImageCmsProfile(io.BytesIO(profile))


def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _as_grey_as(picture: Image.Image, converted: Image.Image) -> Image.Image:
    return converted.convert("L") if picture.mode == "L" else converted
