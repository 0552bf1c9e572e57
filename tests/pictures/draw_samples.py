"""Draws the sample pictures of ``content/images``: every one is made here, none is a photograph.

Each has one property that a thumbnail function must cope with; ``content/samples.toml`` says
which. Shapes are bold and colours clear, because they end up 256 pixels wide in a terminal.
Nothing is random: the same Pillow draws the same bytes.

Run as ``python tests/pictures/draw_samples.py [FOLDER]``.
"""

from __future__ import annotations

import itertools
import math
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from PIL import Image, ImageColor, ImageDraw, ImageFilter

SAMPLES = Path(__file__).parents[2] / "content" / "images"
ORIENTATION = 0x0112
"""The EXIF tag that says how a stored picture must be turned."""

Point = tuple[float, float]
Stops = Sequence[tuple[float, str]]
"""Colours of a gradient with their places: 0 is the top, 1 the bottom."""


class Canvas:
    """A picture drawn larger than it is saved, so that edges come out smooth.

    Coordinates are the saved picture's pixels.
    """

    def __init__(self, width: int, height: int, mode: str = "RGB", scale: float = 2) -> None:
        self.width, self.height, self.scale = width, height, scale
        self.image = Image.new(mode, (round(width * scale), round(height * scale)))
        self._draw = ImageDraw.Draw(self.image, "RGBA" if mode == "RGB" else mode)

    def polygon(self, points: Iterable[Point], fill: str | int) -> None:
        """Fill a polygon."""
        self._draw.polygon([(x * self.scale, y * self.scale) for x, y in points], fill=fill)

    def box(self, left: float, top: float, right: float, bottom: float, fill: str | int) -> None:
        """Fill a rectangle."""
        self.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], fill)

    def disc(self, x: float, y: float, rx: float, fill: str | int, ry: float | None = None) -> None:
        """Fill a circle, or an ellipse when ``ry`` is given."""
        ry = rx if ry is None else ry
        corners = (x - rx, y - ry, x + rx, y + ry)
        self._draw.ellipse([corner * self.scale for corner in corners], fill=fill)

    def stroke(self, points: Iterable[Point], width: float, fill: str | int) -> None:
        """Draw a line through points, with round ends."""
        path = list(points)
        scaled = [(x * self.scale, y * self.scale) for x, y in path]
        self._draw.line(scaled, fill=fill, width=round(width * self.scale), joint="curve")
        for x, y in (path[0], path[-1]):
            self.disc(x, y, width / 2, fill)

    def gradient(self, top: float, bottom: float, stops: Stops) -> None:
        """Fill a band across the picture with colours that run into each other."""
        first, last = round(top * self.scale), round(bottom * self.scale)
        column = b"".join(
            bytes(_colour_at(stops, row / (last - first))) for row in range(last - first)
        )
        band = Image.frombytes("RGB", (1, last - first), column)
        self.image.paste(band.resize((self.image.width, last - first)), (0, first))

    def finished(self) -> Image.Image:
        """Return the picture in its own size."""
        return self.image.resize((self.width, self.height), Image.Resampling.BICUBIC)


def _colour_at(stops: Stops, place: float) -> tuple[int, ...]:
    for (start, before), (end, after) in itertools.pairwise(stops):
        if place <= end:
            share = (place - start) / (end - start)
            pairs = zip(ImageColor.getrgb(before), ImageColor.getrgb(after), strict=True)
            return tuple(round(a + (b - a) * share) for a, b in pairs)
    return ImageColor.getrgb(stops[-1][1])


def _turned(points: Iterable[Point], centre: Point, degrees: float) -> list[Point]:
    """Return points around the origin, turned clockwise and moved to a centre."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [(centre[0] + x * cos - y * sin, centre[1] + x * sin + y * cos) for x, y in points]


def _ridge(width: float, base: float, *waves: tuple[float, float, float]) -> list[Point]:
    """Return a skyline from left to right: a base line and waves of (height, length, shift)."""
    step = width / 200
    return [
        (x, base - sum(h * math.sin(2 * math.pi * (x / length + at)) for h, length, at in waves))
        for x in (step * index for index in range(202))
    ]


def _land(canvas: Canvas, skyline: list[Point], fill: str) -> None:
    canvas.polygon([*skyline, (canvas.width, canvas.height), (0, canvas.height)], fill)


def _star(radius: float, inner: float, points: int) -> list[Point]:
    """Return a star around the origin, one point straight up."""
    corners = []
    for corner in range(2 * points):
        reach = inner if corner % 2 else radius
        angle = math.pi * corner / points
        corners.append((reach * math.sin(angle), -reach * math.cos(angle)))
    return corners


def _cloud(canvas: Canvas, x: float, y: float, size: float, fill: str) -> None:
    puffs = ((-1.1, 0, 0.45), (-0.45, -0.32, 0.6), (0.35, -0.2, 0.65), (1.05, 0.02, 0.42))
    for dx, dy, radius in puffs:
        canvas.disc(x + dx * size, y + dy * size, radius * size, fill)
    canvas.box(x - 1.1 * size, y, x + 1.05 * size, y + 0.44 * size, fill)


def _pine(canvas: Canvas, x: float, foot: float, height: float, fill: str | int) -> None:
    canvas.box(x - height * 0.03, foot - height * 0.2, x + height * 0.03, foot, fill)
    for top, width in ((1.0, 0.17), (0.78, 0.23), (0.52, 0.29)):
        low = foot - height * (top - 0.4)
        tip = (x, foot - height * top)
        canvas.polygon([tip, (x + height * width, low), (x - height * width, low)], fill)


def lighthouse(path: Path) -> None:
    """Draw a lighthouse at sunset."""
    canvas = Canvas(1600, 1200)
    horizon, sun = 770, 470
    sky = ((0, "#16296e"), (0.4, "#7a3f9d"), (0.75, "#f0627d"), (1, "#ffc15e"))
    canvas.gradient(0, horizon, sky)
    for radius, alpha in ((330, "22"), (260, "33"), (205, "55")):
        canvas.disc(sun, horizon - 40, radius, f"#ffe08a{alpha}")
    canvas.disc(sun, horizon - 40, 150, "#fff3b8")
    for x, y, length in ((150, 330, 330), (420, 390, 260), (760, 560, 300), (80, 600, 180)):
        canvas.stroke([(x, y), (x + length, y)], 34, "#ffb3a0")
    canvas.gradient(horizon, 1200, ((0, "#d8647c"), (0.25, "#5b4a94"), (1, "#12235c")))
    for row, half in enumerate((170, 120, 150, 90, 125, 60, 85, 40)):
        y = horizon + 26 + row * 46
        canvas.stroke([(sun - half, y), (sun + half, y)], 20, "#ffd27a")
    lamp = (1150, 292)
    canvas.polygon([lamp, (0, 20), (0, 250)], "#fff2a84d")
    canvas.polygon([lamp, (1600, 190), (1600, 330)], "#fff2a84d")
    _land(canvas, [(760, 1200), (840, 1090), (930, 1040), (985, 950), (1330, 935)], "#2a1d45")
    canvas.polygon([(985, 950), (1010, 915), (1600, 880), (1600, 960), (1330, 975)], "#2f8a5b")
    _lighthouse_tower(canvas)
    canvas.finished().save(path, quality=86, optimize=True)


def _lighthouse_tower(canvas: Canvas) -> None:
    left, right, foot, top = (1050, 1250, 930, 370)

    def edges(y: float) -> tuple[float, float]:
        lean = 45 * (foot - y) / (foot - top)
        return left + lean, right - lean

    step = (foot - top) / 5
    for band, colour in enumerate(("#e23b3b", "#fff6ea", "#e23b3b", "#fff6ea", "#e23b3b")):
        low, high = foot - band * step, foot - (band + 1) * step
        (a, b), (c, d) = edges(low), edges(high)
        canvas.polygon([(a, low), (b, low), (d, high), (c, high)], colour)
    (_, b), (_, d) = edges(foot), edges(top)
    canvas.polygon([(1180, foot), (b, foot), (d, top), (1172, top)], "#1a104033")
    canvas.box(1075, 345, 1225, 372, "#221a3d")
    canvas.box(1105, 235, 1195, 345, "#ffe66b")
    canvas.box(1143, 235, 1157, 345, "#221a3d")
    canvas.polygon([(1085, 240), (1215, 240), (1150, 150)], "#c92f3a")
    canvas.disc(1150, 148, 14, "#221a3d")
    canvas.box(1122, 845, 1178, 932, "#221a3d")
    canvas.disc(1150, 845, 28, "#221a3d")


def sideways(path: Path) -> None:
    """Draw a balloon over hills and store it lying down, as phones store a portrait."""
    canvas = Canvas(1200, 1600)
    canvas.gradient(0, 1600, ((0, "#1e7fd6"), (0.75, "#bfe8ff"), (1, "#e8f7ff")))
    canvas.disc(1010, 190, 95, "#ffe45c")
    _cloud(canvas, 210, 250, 110, "#ffffff")
    _cloud(canvas, 1010, 800, 100, "#ffffff")
    _land(canvas, _ridge(1200, 1230, (90, 900, 0.1), (40, 380, 0.6)), "#5aa9a0")
    _land(canvas, _ridge(1200, 1360, (60, 1100, 0.6), (25, 420, 0.2)), "#4fae4a")
    _land(canvas, _ridge(1200, 1480, (45, 1000, 0.05)), "#2f8038")
    for x, foot, height in ((120, 1530, 330), (270, 1560, 230), (1060, 1520, 300)):
        _pine(canvas, x, foot, height, "#14532d")
    for x in (500, 700):
        canvas.stroke([(x, 860), (600 + (x - 600) * 0.6, 1010)], 10, "#5b3a1e")
    reach = 345
    canvas.polygon([(290, 640), (910, 640), (690, 880), (510, 880)], "#d8262f")
    canvas.polygon([(420, 680), (780, 680), (650, 880), (550, 880)], "#ffd23e")
    canvas.polygon([(530, 680), (670, 680), (622, 880), (578, 880)], "#d8262f")
    for share, colour in ((1, "#d8262f"), (0.66, "#ffd23e"), (0.26, "#d8262f")):
        canvas.disc(600, 500, reach * share, colour, ry=reach)
    canvas.polygon([(512, 868), (688, 868), (672, 900), (528, 900)], "#8c1620")
    canvas.box(530, 1005, 670, 1100, "#8a5a2b")
    canvas.box(520, 995, 680, 1025, "#5b3a1e")
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    stored = canvas.finished().transpose(Image.Transpose.ROTATE_90)
    stored.save(path, quality=86, optimize=True, exif=exif)


def badge(path: Path) -> None:
    """Draw a medal on nothing: everything around it is transparent."""
    canvas = Canvas(800, 800, "RGBA")
    for side in (1, -1):
        tail = ((-75, 0), (75, 0), (75, 400), (0, 335), (-75, 400))
        canvas.polygon(_turned(tail, (400 + 70 * side, 385), -20 * side), "#1f5fd0")
        stripe = ((-20, 0), (20, 0), (20, 353), (0, 335), (-20, 353))
        canvas.polygon(_turned(stripe, (400 + 70 * side, 385), -20 * side), "#ffffff")
    canvas.polygon(_turned(_star(300, 255, 16), (400, 320), 0), "#e0931a")
    canvas.disc(400, 320, 245, "#ffcf3f")
    canvas.disc(400, 320, 200, "#14306e")
    canvas.polygon(_turned(_star(165, 68, 5), (400, 328), 0), "#ffffff")
    canvas.finished().save(path, optimize=True)


def leaf(path: Path) -> None:
    """Draw a leaf with a ladybird; its shadow is half transparent."""
    canvas = Canvas(800, 800, "RGBA")
    sides = [(285 * math.sin(math.pi * (i / 60) ** 0.8), 340 - 11 * i) for i in range(61)]
    right = [(x, y) for x, y in sides]
    left = [(-x, y) for x, y in sides]
    middle = (400, 380)
    shadow = Canvas(800, 800, "RGBA")
    shadow.polygon(_turned([*right, *reversed(left)], (430, 405), 14), "#00000080")
    blurred = shadow.finished().filter(ImageFilter.GaussianBlur(14))
    canvas.stroke(_turned([(0, -250), (0, 390)], middle, 14), 26, "#7a4b1e")
    canvas.polygon(_turned(left, middle, 14), "#57c443")
    canvas.polygon(_turned(right, middle, 14), "#2f9a3a")
    canvas.stroke(_turned([(0, -300), (0, 345)], middle, 14), 16, "#d9f5a3")
    for y, reach in ((225, 185), (115, 190), (5, 150), (-100, 90)):
        for side in (1, -1):
            vein = [(0, y), (reach * side, y - reach * 0.6)]
            canvas.stroke(_turned(vein, middle, 14), 10, "#d9f5a3")
    _ladybird(canvas, (330, 425))
    Image.alpha_composite(blurred, canvas.finished()).save(path, quality=88, method=4)


def _ladybird(canvas: Canvas, centre: Point) -> None:
    x, y = centre
    canvas.disc(x, y - 74, 46, "#1b1b1f")
    canvas.disc(x, y, 88, "#e5282c")
    canvas.box(x - 6, y - 86, x + 6, y + 86, "#1b1b1f")
    for dx, dy in ((-42, -26), (42, -26), (-40, 34), (40, 34)):
        canvas.disc(x + dx, y + dy, 20, "#1b1b1f")


def spinner(path: Path) -> None:
    """Draw a paper windmill that turns once in twelve frames."""
    frames = [_spinner_frame(30 * turn) for turn in range(12)]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=80, loop=0, disposal=2)


def _spinner_frame(degrees: float) -> Image.Image:
    canvas = Canvas(480, 480, "RGBA")
    hub = (240, 200)
    canvas.stroke([hub, (240, 462)], 22, "#8a5a2b")
    colours = ("#e5282c", "#ff9f1c", "#ffd93d", "#2fae4a", "#1f6fe0", "#9b3fc4")
    for blade, colour in enumerate(colours):
        sail = ((0, 0), (-38, -95), (-12, -186), (88, -150))
        canvas.polygon(_turned(sail, hub, degrees + 60 * blade), colour)
    canvas.disc(*hub, 30, "#ffffff")
    canvas.disc(*hub, 16, "#33323a")
    frame = canvas.finished()
    frame.putalpha(frame.getchannel("A").point(lambda alpha: 255 if alpha > 127 else 0))
    return frame


def print_sheet(path: Path) -> None:
    """Draw a tulip in printing inks; where two inks overlap they make a third colour."""
    cyan, magenta, yellow, black = inks = [Canvas(960, 1200, "L") for _ in range(4)]
    yellow.box(0, 0, 960, 1200, 22)
    stem = _stem_and_leaves()
    for ink, amount in ((cyan, 210), (yellow, 235), (black, 40)):
        for shape in stem:
            ink.polygon(shape, amount)
    for ink, x, degrees in ((magenta, 345, -22), (cyan, 615, 22), (yellow, 480, 0)):
        ink.polygon(_turned(_petal(), (x, 430), degrees), 245)
    for place, ink in enumerate(inks):
        ink.box(280 + place * 105, 1115, 365 + place * 105, 1165, 255)
    for x in (60, 900):
        for y in (60, 1140):
            black.stroke([(x - 34, y), (x + 34, y)], 7, 255)
            black.stroke([(x, y - 34), (x, y + 34)], 7, 255)
    sheet = Image.merge("CMYK", [ink.finished() for ink in inks])
    sheet.save(path, quality=88, optimize=True)


def _petal() -> list[Point]:
    half = [(150 * math.sin(math.pi * (i / 40) ** 1.25), 320 - 15.5 * i) for i in range(41)]
    return [*half, *((-x, y) for x, y in reversed(half))]


def _stem_and_leaves() -> list[list[Point]]:
    stem: list[Point] = [(462, 700), (498, 700), (498, 1060), (462, 1060)]
    curve = [(i / 30, math.sin(math.pi * i / 30)) for i in range(31)]
    right = [(480 + 250 * t + 45 * bow, 1060 - 330 * t + 40 * bow) for t, bow in curve]
    right += [(480 + 250 * t - 75 * bow, 1060 - 330 * t - 40 * bow) for t, bow in reversed(curve)]
    return [stem, right, [(960 - x, y) for x, y in right]]


def grey(path: Path) -> None:
    """Draw the moon in 65,536 shades of grey, as scanners and telescopes store them."""
    size, drawn = 800, 1600
    glow = Image.radial_gradient("L").convert("F").resize((drawn, drawn), Image.Resampling.BICUBIC)
    sky = glow.point(lambda level: level * -45 + 13_000)
    light = glow.transform((drawn, drawn), Image.Transform.AFFINE, (0.8, 0, 320, 0, 0.8, 340))
    surface = light.point(lambda level: level * -190 + 64_500)
    moon, craters, land = (Canvas(size, size, "L") for _ in range(3))
    moon.disc(400, 360, 255, 255)
    for x, y, radius in ((310, 270, 62), (480, 250, 40), (440, 420, 78), (300, 450, 36)):
        craters.disc(x, y, radius, 255)
    for x, y, radius in ((550, 360, 34), (390, 165, 26), (235, 365, 24), (350, 540, 26)):
        craters.disc(x, y, radius, 255)
    land.polygon([*_ridge(size, 705, (35, 900, 0.1), (14, 330, 0.4)), (800, 800), (0, 800)], 255)
    for x, foot, height in ((120, 720, 190), (215, 730, 130), (655, 760, 170)):
        _pine(land, x, foot, height, 255)
    surface.paste(surface.point(lambda level: level * 0.74 + 0), mask=craters.image)
    sky.paste(surface, mask=moon.image)
    sky.paste(Image.new("F", (drawn, drawn), 1_500), mask=land.image)
    smooth = sky.resize((size, size), Image.Resampling.BOX)
    smooth.convert("I").convert("I;16").save(path, optimize=True)


def panorama(path: Path) -> None:
    """Draw 48 megapixels of mountains at dawn: huge, smooth, and small as a file."""
    canvas = Canvas(12_000, 4_000, scale=0.5)
    canvas.gradient(0, 3000, ((0, "#2b4fa8"), (0.45, "#8fb4e8"), (0.75, "#ffd9a0"), (1, "#ffb27a")))
    for radius, colour in ((760, "#fff0b044"), (620, "#fff0b066"), (470, "#fff6cf")):
        canvas.disc(3700, 1750, radius, colour)
    _land(canvas, _ridge(12_000, 2350, (330, 5200, 0.05), (130, 1700, 0.3)), "#b4a8d8")
    for x, height in ((1100, 1500), (6300, 1900), (8100, 2450), (10_300, 1650)):
        _peak(canvas, x, 3000, height)
    _land(canvas, _ridge(12_000, 2780, (170, 4700, 0.2), (70, 1500, 0.1)), "#3d5a94")
    canvas.gradient(2950, 4000, ((0, "#ffc58e"), (0.3, "#8aa8dc"), (1, "#274a92")))
    for row, half in enumerate((520, 360, 440, 260, 330)):
        y = 3050 + row * 140
        canvas.stroke([(3700 - half, y), (3700 + half, y)], 70, "#fff0c0")
    shore = _ridge(12_000, 3720, (230, 12_000, 0.22))
    _land(canvas, shore, "#173d34")
    for x, height in ((450, 1500), (1250, 1050), (1950, 700), (10_200, 800), (11_000, 1250)):
        _pine(canvas, x, 3800, height, "#0f2c26")
    _pine(canvas, 11_750, 3850, 1700, "#0f2c26")
    canvas.finished().save(path, quality=62, optimize=True)


def _peak(canvas: Canvas, x: float, foot: float, height: float) -> None:
    """Draw a mountain, light on its left and with snow on top."""
    top, width = foot - height, height * 0.85
    canvas.polygon([(x, top), (x + width, foot), (x - width, foot)], "#7f86c4")
    canvas.polygon([(x, top), (x + width, foot), (x + width * 0.15, foot)], "#5a66a8")
    low, half = top + height * 0.3, width * 0.3
    rim = [(x + half, low), (x + half * 0.5, low - height * 0.07), (x + half * 0.15, low)]
    rim += [(x - half * 0.4, low - height * 0.07), (x - half, low)]
    canvas.polygon([(x, top), *rim], "#ffffff")


def not_a_photo(path: Path) -> None:
    """Write a text and give it a picture's name."""
    path.write_text(
        "This is a shopping list with a picture's name.\n"
        "A name proves nothing: only decoding the bytes shows what a file is.\n\n"
        "- bread\n- apples\n- film for the camera\n",
        encoding="utf-8",
        newline="\n",
    )


DRAWINGS: dict[str, Callable[[Path], None]] = {
    "lighthouse.jpg": lighthouse,
    "sideways.jpg": sideways,
    "badge.png": badge,
    "leaf.webp": leaf,
    "spinner.gif": spinner,
    "print.jpg": print_sheet,
    "grey.png": grey,
    "panorama.jpg": panorama,
    "not-a-photo.jpg": not_a_photo,
}
"""Every sample by its file name, and what draws it."""


def main(folder: Path) -> None:
    """Draw every sample into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in DRAWINGS.items():
        draw(folder / name)
        print(f"{folder / name}  {(folder / name).stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES)
