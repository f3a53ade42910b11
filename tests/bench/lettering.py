"""Words as people lay them over clips: fonts, sizes, colours, outlines, bars, stickers, by seed.

Needs Debian's fonts-noto-core, and Pillow with Raqm, which shapes Urdu.
"""

from __future__ import annotations

import base64
import json
import random
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont, features

FOLDER = Path("/usr/share/fonts/truetype/noto")
FONTS: dict[str, tuple[str, ...]] = {
    "Latin": ("NotoSans-Bold", "NotoSans-Regular", "NotoSerif-Bold", "NotoSansDisplay-Bold"),
    "Naskh": (
        "NotoNaskhArabic-Bold",
        "NotoNaskhArabic-Regular",
        "NotoSansArabic-Bold",
        "NotoSansArabic-Regular",
    ),
    "Nastaliq": ("NotoNastaliqUrdu-Bold", "NotoNastaliqUrdu-Regular"),
}
INKS = (
    (255, 255, 255),
    (255, 255, 255),
    (255, 225, 40),
    (20, 20, 20),
    (230, 40, 40),
    (60, 230, 120),
)
DARK, LIGHT = (0, 0, 0), (255, 255, 255)

Pixels = npt.NDArray[np.uint8]
Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Overlay:
    """One text as it is laid over a clip."""

    text: str
    style: str
    """A key of `FONTS`."""
    font: str
    size: int
    """Pixels of the font."""
    ink: Colour
    around: str
    """``outline``, ``bar`` or ``shadow``."""
    at: float
    """Where it stands, as a share of the frame's height."""
    sticker: bool


def missing() -> str:
    """Say what is not installed for drawing Urdu; empty where nothing is missing."""
    if not all((FOLDER / f"{each}.ttf").is_file() for fonts in FONTS.values() for each in fonts):
        return f"fonts-noto-core is not installed in {FOLDER}"
    return "" if features.check("raqm") else "Pillow has no Raqm, which shapes Urdu"


def draw_one(rng: random.Random, text: str, style: str, short_side: int) -> Overlay:
    """Draw the lots for one overlay."""
    share = rng.uniform(0.055, 0.095) if style != "Latin" else rng.uniform(0.045, 0.085)
    return Overlay(
        text=text,
        style=style,
        font=rng.choice(FONTS[style]),
        size=max(20, round(share * short_side)),
        ink=rng.choice(INKS),
        around=rng.choice(("outline", "outline", "bar", "shadow")),
        at=rng.choice((0.12, 0.25, 0.62, 0.75, 0.82)),
        sticker=rng.random() < 0.3,
    )


def layer(overlay: Overlay, size_wh: tuple[int, int]) -> Image.Image:
    """Return an overlay as a transparent picture of the frame's size."""
    width, height = size_wh
    picture = Image.new("RGBA", size_wh, (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    font = ImageFont.truetype(str(FOLDER / f"{overlay.font}.ttf"), overlay.size)
    how = {} if overlay.style == "Latin" else {"direction": "rtl", "language": "ur"}
    against = DARK if sum(overlay.ink) > 300 else LIGHT
    y = overlay.at * height
    for line in _broken(overlay.text, font, 0.9 * width, how):
        left, top, right, bottom = pen.textbbox((0, 0), line, font=font, **how)
        x = (width - (right - left)) / 2 - left
        if overlay.around == "bar":
            pad = overlay.size // 5
            box = (x + left - pad, y + top - pad, x + right + pad, y + bottom + pad)
            pen.rounded_rectangle(box, overlay.size // 4, fill=(*against, 255))
        if overlay.around == "shadow":
            off = max(2, overlay.size // 14)
            pen.text((x + off, y + off), line, font=font, fill=(*against, 255), **how)
        stroke = max(2, overlay.size // 12) if overlay.around == "outline" else 0
        pen.text(
            (x, y),
            line,
            font=font,
            fill=(*overlay.ink, 255),
            stroke_width=stroke,
            stroke_fill=(*against, 255),
            **how,
        )
        y += bottom + overlay.size * (0.25 if overlay.style != "Nastaliq" else 0.1)
    if overlay.sticker:
        _sticker(pen, width, overlay)
    return picture


def _broken(
    text: str, font: ImageFont.FreeTypeFont, width: float, how: dict[str, str]
) -> list[str]:
    """Break a text into lines that fit."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer, **how) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _sticker(pen: ImageDraw.ImageDraw, width: int, overlay: Overlay) -> None:
    """Draw a face above the words, as people stick on."""
    side = 2 * overlay.size
    x, y = width // 2 - side // 2, max(4, int(overlay.at * 10) % 3)
    pen.ellipse((x, y, x + side, y + side), fill=(255, 205, 60, 255), outline=(120, 80, 0, 255))
    for eye in (0.3, 0.6):
        box = (x + eye * side, y + 0.3 * side, x + (eye + 0.1) * side, y + 0.45 * side)
        pen.ellipse(box, fill=(60, 30, 0, 255))
    pen.arc(
        (x + 0.25 * side, y + 0.4 * side, x + 0.75 * side, y + 0.8 * side), 20, 160, (60, 30, 0), 4
    )


def laid_over(frame: Pixels, over: Image.Image) -> Pixels:
    """Return a frame with a layer on it."""
    picture = Image.fromarray(frame).convert("RGBA")
    picture.alpha_composite(over)
    return np.asarray(picture.convert("RGB"), np.uint8)


def main() -> None:
    """Write the lettering of the sample clips: ``python -m tests.bench.lettering OUT.json``."""
    lines = {
        "english": ("Do not vote for these corrupt politicians again", "NotoSans-Bold", {}),
        "urdu": (
            "یہ کرپٹ حکومت عوام کو لوٹ رہی ہے",
            "NotoNaskhArabic-Bold",
            {"direction": "rtl", "language": "ur"},
        ),
    }
    drawn = {}
    for name, (text, font_name, how) in lines.items():
        font = ImageFont.truetype(str(FOLDER / f"{font_name}.ttf"), 40 if name == "urdu" else 25)
        left, top, right, bottom = map(int, font.getbbox(text, **how))
        mask = Image.new("L", (right - left, bottom - top), 0)
        ImageDraw.Draw(mask).text((-left, -top), text, font=font, fill=255, **how)
        packed = base64.b64encode(zlib.compress(mask.tobytes(), 9)).decode("ascii")
        drawn[name] = {"text": text, "width": mask.width, "height": mask.height, "grey": packed}
    Path(sys.argv[1]).write_text(json.dumps(drawn, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
