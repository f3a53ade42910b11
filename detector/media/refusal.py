"""Why the worker gives a file up, in words that the reader puts into its error."""

from __future__ import annotations

MIN_SIDE = 8
"""Pixels: in a picture smaller than this nothing can be seen."""


class Unreadable(Exception):
    """No frame can be had of this file.

    Args:
        found: What was found, as a clause.
        refused: Whether a limit or a kind forbids it, rather than damage.
    """

    def __init__(self, found: str, *, refused: bool = False) -> None:
        super().__init__(found)
        self.found = found
        self.refused = refused


def check_size(width: int, height: int, max_pixels: int) -> None:
    """Refuse a picture by its announced size.

    Raises:
        Unreadable: If it is over the limit, or too small for anything to be seen.
    """
    if width * height > max_pixels:
        raise Unreadable(
            f"the picture is {width}x{height} pixels, {width * height / 1e6:.0f} million",
            refused=True,
        )
    if width and height and min(width, height) < MIN_SIDE:
        raise Unreadable(f"the picture is {width}x{height} pixels: nothing can be seen in it")


def nothing_decoded(announced_s: float | None, oversize: str, error: str) -> Unreadable:
    """Return why a file gave no frame.

    Args:
        announced_s: Seconds that its header announces, if any.
        oversize: Size of a picture that was refused as too large; empty where none was.
        error: The decoder's last error; empty where there was none.
    """
    if oversize:
        return Unreadable(f"the picture is {oversize} pixels, over the limit", refused=True)
    length = f"{announced_s:.2f} s are announced, " if announced_s else ""
    return Unreadable(f"{length}no frame decodes" + (f" ({error})" if error else ""))


def plain(text: str) -> str:
    """Return words of FFmpeg's as one short line without control characters."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return line[:160]
