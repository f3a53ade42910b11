"""``wardi doctor``: what is installed, what that means for verdicts, and how to get what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from detector.settings import Settings


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an installation."""

    name: str
    found: str
    """What is there; empty where nothing is."""
    means: str
    """What verdicts hold because of it, or what they lack without it."""
    get: str = ""
    """How to get it; empty where it is there."""
    needed: bool = True
    """Whether nothing can be judged without it."""


@click.command()
@click.option("--settings", "file", type=click.Path(path_type=Path), help="Settings file (TOML).")
@click.option("--store", "url", help="Store to try: SQLAlchemy URL.")
def doctor(file: Path | None, url: str | None) -> int:
    """Say what is installed, what it means for verdicts, and how to get what is missing.

    Ends with status 2 where something is missing without which nothing can be judged.

    \b
    wardi doctor
    """
    from detector.cli import INPUT, OK
    from detector.report.display import shown
    from detector.settings import load

    settings = load(file, flags={"store": {"url": url}})
    parts = list(examine(settings))
    for each in parts:
        mark = "ok     " if not each.get else "MISSING" if each.needed else "missing"
        click.echo(f"{mark}  {each.name}: {shown(each.found or 'not there')}")
        click.echo(f"         {shown(each.means)}")
        if each.get:
            click.echo(f"         to get it: {shown(each.get)}")
    return INPUT if any(each.get and each.needed for each in parts) else OK


def examine(settings: Settings) -> Iterator[Part]:
    """Look at every part in turn."""
    yield _tried("video and photo decoder", _decoder, "no file can be looked at")
    yield _tried("vision model", lambda: _vision(settings), "no frame can be looked at")
    yield _tried("text model", lambda: _text(settings), "no words can be judged")
    yield _tried("on-screen text, Latin", _latin, "on-screen text: not examined", needed=False)
    yield _urdu()
    yield _tried("speech", lambda: _speech(settings), "speech: not examined", needed=False)
    yield _tried("store", lambda: _store(settings), "nothing can be kept")


def _tried(name: str, look: Callable[[], Part], lacks: str, *, needed: bool = True) -> Part:
    """Return what is found, or what is missing and the next step that its error names."""
    from detector.errors import WardiError

    try:
        return look()
    except WardiError as error:
        return Part(name, "", lacks, str(error), needed)
    except ImportError as error:
        return Part(name, "", lacks, f"{error}; install Wardi again", needed)


def _decoder() -> Part:
    from importlib.metadata import version

    from detector.media import MediaReader
    from detector.settings import Limits, Sampling

    with MediaReader(Sampling(), Limits()) as reader:
        reader.ready()
    return Part("video and photo decoder", f"PyAV {version('av')}", "frames are looked at")


def _vision(settings: Settings) -> Part:
    from detector.artifact import load_model_folder
    from detector.vision.runtimes import open_vision_model

    folder = load_model_folder(settings.vision.model, "vision")
    open_vision_model(folder, settings.vision)
    found = f"{settings.vision.runtime}, model {folder.ref.version}"
    return Part("vision model", found, f"seen in frames: {', '.join(folder.ref.labels)}")


def _text(settings: Settings) -> Part:
    from detector.artifact import load_model_folder
    from detector.text.models import open_text_model

    folder = load_model_folder(settings.text.model, "text")
    open_text_model(folder)
    languages = folder.card["model"].get("languages", ())
    means = f"judged in words: {', '.join(folder.ref.labels)}; in {', '.join(languages)}"
    return Part("text model", f"model {folder.ref.version}", means)


def _latin() -> Part:
    from detector.text.screen.rapid import RapidReader

    found = " ".join(RapidReader().identity.split()[:2])
    return Part("on-screen text, Latin", found, "English and Roman Urdu on pictures are read")


def _urdu() -> Part:
    from detector.text.screen import tesseract

    name, version = "on-screen text, Urdu script", tesseract.program_version()
    languages = tesseract.installed_languages()
    if "urd" not in languages:
        lacks = "on-screen text in Urdu script: not examined"
        return Part(name, version, lacks, tesseract.missing(), needed=False)
    return Part(
        name,
        f"tesseract {version} with {', '.join(languages)}",
        "Urdu on pictures is read: Naskh well, Nastaliq poorly",
    )


def _speech(settings: Settings) -> Part:
    from detector.text.speech.setup import open_speech

    found = open_speech(settings.speech).ref.version
    asked = "speech" in settings.words.read
    means = "speech is heard" if asked else "heard with `wardi scan --read screen,speech`"
    return Part("speech", f"{found}, model {settings.speech.model}", means)


def _store(settings: Settings) -> Part:
    import tempfile

    from detector.store import open_store

    if settings.store.url:
        with open_store(settings.store.url) as store:
            return Part("store", store.name, "kept there between runs")
    with tempfile.TemporaryDirectory(prefix="wardi-") as folder:
        open_store(str(Path(folder) / "wardi.db")).close()
    return Part("store", "SQLite", "kept in wardi.db of each output folder")
