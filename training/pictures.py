"""Opens the pictures of a data set: the one file that imports Pillow and the perceptual hash.

A picture is somebody else's file. Its header is read first, and a picture of more pixels than the limit,
the one for posts, is refused before one of them is decoded.
"""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import imagehash
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from detector.errors import InputError
from detector.settings import Limits

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF")
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff"})
HASH_SIDE = 16
"""The perceptual hash has the square of this many bits. 64 bits do not tell two pistols on white apart:
of the 11 pairs of a held-out and another development picture within 6 bits, none shows the same photo."""
ORIENTATION, SIDEWAYS = 0x0112, frozenset({5, 6, 7, 8})
"""EXIF tag for the turn that the camera noted, and its values that swap width and height."""


def size(picture: Path | bytes, limits: Limits | None = None) -> tuple[int, int]:
    """Read width and height of a picture from its header, upright: a turn that the camera noted counts.

    Args:
        picture: A file, or what is in it.
        limits: What a file may cost; None takes the defaults.

    Raises:
        InputError: If it is no picture, or larger than the limits.
    """
    with _opened(picture, limits or Limits()) as image:
        turned = image.getexif().get(ORIENTATION, 1) in SIDEWAYS
        return (image.height, image.width) if turned else image.size


def pixels(picture: Path | bytes, limits: Limits | None = None) -> npt.NDArray[np.uint8]:
    """Decode a picture, upright: RGB, shape ``(height, width, 3)``.

    Raises:
        InputError: As `size`, and if it is damaged.
    """
    with _opened(picture, limits or Limits()) as image:
        return np.asarray(_decoded(image, picture))


def perceptual_hash(picture: Path | bytes, limits: Limits | None = None) -> int:
    """Return the 256-bit DCT hash of a picture: near-equal pictures differ in few bits.

    Raises:
        InputError: As `pixels`.

    Source:
        https://www.hackerfactor.com/blog/index.php?/archives/432-Looks-Like-It.html
    """
    with _opened(picture, limits or Limits()) as image:
        image.draft("RGB", (256, 256))  # JPEG decodes smaller; the hash looks at 64x64
        bits = imagehash.phash(_decoded(image, picture), hash_size=HASH_SIDE).hash.ravel()
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def thumbnail(
    picture: Path | bytes, side: int, limits: Limits | None = None
) -> npt.NDArray[np.uint8]:
    """Decode a picture and make its longer side at most `side` pixels: RGB."""
    with _opened(picture, limits or Limits()) as image:
        image.draft("RGB", (side, side))
        small = _decoded(image, picture)
        small.thumbnail((side, side))
        return np.asarray(small)


def webp(rgb: npt.NDArray[np.uint8], quality: int = 70) -> bytes:
    """Encode RGB pixels as WebP."""
    out = io.BytesIO()
    Image.fromarray(rgb).save(out, "WEBP", quality=quality)
    return out.getvalue()


def _opened(picture: Path | bytes, limits: Limits) -> Image.Image:
    name = picture if isinstance(picture, Path) else "the picture"
    length = picture.stat().st_size if isinstance(picture, Path) else len(picture)
    if length > limits.max_file_mib * 2**20:
        raise InputError(f"{name} has {length} bytes; expected at most {limits.max_file_mib} MiB")
    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures by a limit of its own; ours is checked right below.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(
                picture if isinstance(picture, Path) else io.BytesIO(picture), formats=FORMATS
            )
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError, ValueError) as error:
        raise InputError(
            f"{name} cannot be opened ({error}); expected a picture ({', '.join(FORMATS)}); "
            f"take it out or replace it"
        ) from error
    if image.width * image.height > limits.max_pixels:
        image.close()
        raise InputError(
            f"{name} is {image.width}x{image.height} pixels; expected at most {limits.max_pixels}; "
            f"make it smaller"
        )
    return image


def _decoded(image: Image.Image, picture: Path | bytes) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image).convert("RGB")
    except (OSError, SyntaxError, ValueError) as error:
        name = picture if isinstance(picture, Path) else "the picture"
        raise InputError(
            f"{name} cannot be decoded ({error}); expected an undamaged picture; replace it"
        ) from error
