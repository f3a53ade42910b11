"""Which picture stream of a file is looked at, and which files have none that could be."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from av.stream import Disposition

from detector.media.decode import shown_streams
from detector.media.refusal import Unreadable


def opened(*dispositions: Disposition, best: int = 0) -> Any:
    """Return what stands for a container with one picture stream per disposition."""
    video = [SimpleNamespace(disposition=each, type="video") for each in dispositions]

    class Streams(list[Any]):
        def best(self, kind: str) -> Any:
            return video[best] if video else None

    streams = Streams([*video, SimpleNamespace(type="audio")])
    streams.video = video
    return SimpleNamespace(streams=streams)


def test_the_stream_that_a_player_shows_comes_first() -> None:
    container = opened(Disposition(0), Disposition.default, best=1)

    first, _ = shown_streams(container)

    assert first is container.streams.video[1]


def test_the_cover_picture_of_a_sound_file_is_no_video() -> None:
    with pytest.raises(Unreadable, match="cover picture"):
        shown_streams(opened(Disposition.attached_pic))


def test_a_photo_in_tiles_is_refused_clearly() -> None:
    with pytest.raises(Unreadable, match="tiles") as caught:
        shown_streams(opened(Disposition.default, Disposition.dependent))

    assert caught.value.refused
