"""Write the sample posts into a folder: ``python data/samples/draw.py OUT [NAME ...]``.

Clips are drawn, photos come out of installed packages (scikit-image, scikit-learn), captions are
ours; nothing of it lies in the repository. Handles, names and references are invented. What a scan
says of the posts is what the shipped models say, and a model may miss a drawing.

Every run writes the same pictures; the bytes of a clip also depend on the encoder's version.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Collection
from fractions import Fraction
from pathlib import Path

import av
import cv2
import scenes
import skimage.data
import sklearn.datasets
import words
from canvas import HEIGHT, WIDTH, Picture

FPS = 10
SECONDS = 3.0

OFFICIAL = {
    "account": "sample.police.media",
    "platform": "facebook",
    "author_role": "official_account",
    "unit": "Media Cell",
}
PERSONAL = {
    "account": "inspector.khan",
    "platform": "facebook",
    "author_role": "officer",
    "unit": "South Zone",
}
PRIVATE = {"account": "a.citizen", "platform": "facebook", "author_role": "private_person"}
APPROVED = {"approval": "SMC-2026-014", "posted_at": "2026-03-23T09:00"}

CLIPS: dict[str, tuple[Callable[[float], Picture], dict[str, str], str]] = {
    # One clip twice: approved and from the official account, then from a personal handle.
    "parade-official": (scenes.officer, OFFICIAL | APPROVED, "پریڈ کی تیاری مکمل"),
    "parade-personal": (scenes.officer, PERSONAL | APPROVED, "پریڈ کی تیاری مکمل"),
    "range-day": (scenes.pistol, PERSONAL, "Nayi pistol mil gayi, range par test karenge"),
    "patrol": (scenes.pickup, PERSONAL, "On patrol with the boys"),
    "evening-street": (scenes.street, PERSONAL, "Evening walk, the street is quiet today"),
    # What these say stands in the picture alone.
    "words-english": (words.english, PERSONAL, "Evening walk"),
    "words-urdu": (words.urdu, PERSONAL, "شام کی سیر"),
}
"""Clips by name: what they show, the fields beside them, the caption."""

TEXTS: dict[str, tuple[dict[str, str], str]] = {
    "election": (
        PERSONAL,
        "Is corrupt hukumat ne awam ko loot liya, ab election mein in choron ko vote mat do",
    ),
    "sermon": (
        PERSONAL,
        "جو نماز نہیں پڑھتا وہ مسلمان نہیں، توبہ کرو، اللہ کے عذاب سے ڈرو",
    ),
    "traffic-notice": (
        OFFICIAL,
        "Road closed on Sunday from 8 am to noon for repair. Please drive carefully.",
    ),
    "eid": (OFFICIAL, "عید مبارک، اپنا خیال رکھیں"),
}
"""Posts of words alone."""


def main(out: Path, only: Collection[str] = ()) -> None:
    """Write every sample post, or only the clips and texts that are named."""
    out.mkdir(parents=True, exist_ok=True)
    drawn: dict[Callable[[float], Picture], Path] = {}
    for name, (scene, fields, caption) in CLIPS.items():
        if only and name not in only:
            continue
        path = out / f"{name}.mp4"
        if scene in drawn:
            path.write_bytes(drawn[scene].read_bytes())
        else:
            _clip(path, scene)
            drawn[scene] = path
        _beside(out, name, fields, caption)
    for name, (fields, text) in TEXTS.items():
        if not only or name in only:
            _beside(out, name, fields, text)
    if not only:
        _photos(out)
        _broken(out)


def _clip(path: Path, scene: Callable[[float], Picture]) -> None:
    """Encode a scene over time as MP4."""
    with av.open(str(path), "w") as container:
        # Every build of FFmpeg can write and read this codec.
        stream = container.add_stream("mpeg4", rate=FPS)
        stream.width, stream.height = WIDTH, HEIGHT
        stream.pix_fmt = "yuv420p"
        stream.bit_rate = 3_000_000
        stream.time_base = Fraction(1, FPS)
        for number in range(round(FPS * SECONDS)):
            picture = scene(number / FPS)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))


def _photos(out: Path) -> None:
    """Write pictures that installed packages bring along for their own examples."""
    _photo(out / "balcony.jpg", sklearn.datasets.load_sample_image("flower.jpg"))
    _beside(out, "balcony", PERSONAL, "Flowers on the balcony this morning")
    _photo(out / "old-palace.jpg", sklearn.datasets.load_sample_image("china.jpg"))
    _beside(
        out,
        "old-palace",
        PERSONAL,
        "موجودہ حکومت نے ملک کو تباہ کر دیا ہے، اگلے الیکشن میں اس پارٹی کو ووٹ مت دو",
    )
    # Nothing beside it: the author is unknown, so the post goes no higher than review.
    _photo(out / "astronaut.jpg", skimage.data.astronaut())  # type: ignore[no-untyped-call]
    _photo(out / "coffee.jpg", skimage.data.coffee())  # type: ignore[no-untyped-call]
    _beside(out, "coffee", PRIVATE, "Chai ka waqt")


def _broken(out: Path) -> None:
    """Write what nothing can be read of: half a clip, and a letter that calls itself one."""
    whole = (out / "range-day.mp4").read_bytes()
    (out / "cut-off.mp4").write_bytes(whole[: len(whole) // 2])
    (out / "letter.mp4").write_text("Dear Sir, please find the video attached.\n", "utf-8")
    # Its middle is gone, its index is not: part of it can be looked at.
    third = len(whole) // 3
    (out / "scratched.mp4").write_bytes(whole[:third] + bytes(third // 2) + whole[third * 3 // 2 :])


def _photo(path: Path, picture: Picture) -> None:
    encoded = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))[1]
    path.write_bytes(encoded.tobytes())


def _beside(out: Path, name: str, fields: dict[str, str], text: str) -> None:
    """Write the caption and the fields of a post."""
    (out / f"{name}.txt").write_text(text + "\n", "utf-8")
    (out / f"{name}.json").write_text(json.dumps(fields, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: python data/samples/draw.py OUT [NAME ...] (the folder, and which posts)")
    main(Path(sys.argv[1]), sys.argv[2:])
