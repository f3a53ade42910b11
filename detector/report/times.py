"""Seconds and shares in the form in which people read them; the same on paper and on the terminal."""

from __future__ import annotations

from detector.evidence import Sighting


def clock(seconds: float) -> str:
    """Return a moment of a file as a player shows it, with tenths below one hour.

    Example:
        >>> clock(5.5), clock(83.04), clock(3661.9)
        ('0:05.5', '1:23.0', '1:01:01')
    """
    tenths = round(seconds * 10)
    minutes, rest = divmod(tenths, 600)
    if minutes < 60:
        return f"{minutes}:{rest // 10:02d}.{rest % 10}"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest // 10:02d}"


def span(start_s: float, end_s: float) -> str:
    """Return a stretch of a file; a single moment where it has no length."""
    return clock(start_s) if end_s <= start_s else f"{clock(start_s)}–{clock(end_s)}"


def percent(fraction: float) -> str:
    """Return a fraction in [0, 1] as a percentage that is 0 or 100 only where it really is.

    Example:
        >>> percent(0.9999), percent(0.0001), percent(0.5)
        ('>99 %', '<1 %', '50 %')
    """
    if 0.0 < fraction < 0.01:
        return "<1 %"
    if 0.99 < fraction < 1.0:
        return ">99 %"
    return f"{fraction * 100:.0f} %"


def seen_at(sighting: Sighting, kind: str) -> str:
    """Say when a sighting was seen and how surely.

    Args:
        sighting: What was seen.
        kind: ``video`` or ``photo``; a photo has no time.
    """
    sure = percent(sighting.probability)
    if kind == "photo":
        return f"{sighting.label} ({sure})"
    when = span(sighting.start_s, sighting.end_s)
    return f"{sighting.label} {when}, clearest at {clock(sighting.peak_s)} ({sure})"
