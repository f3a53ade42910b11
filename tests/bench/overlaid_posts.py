"""Posts whose offence is only laid over the clip: ``python -m tests.bench.overlaid_posts``.

Sixty made-up posts, twenty each in English, Roman Urdu and Urdu (Naskh). Of those that the text model
flags when the words are typed as a caption: the share that is flagged when they are read off the clip.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from pathlib import Path

from detector.artifact import load_model_folder
from detector.evidence import Passage
from detector.text.base import TextModel
from detector.text.doubt import doubted
from detector.text.models import open_text_model
from detector.text.screen.setup import open_screen_reader
from tests.bench import lettering
from tests.bench.overlays import A_CLIP, SIZES, during, read_file, write
from tests.bench.phrases import OFFENDING
from tests.bench.processes import machine, say

LANGUAGES = {"en": "English", "ur-Latn": "Roman Urdu", "ur": "Urdu, Naskh"}


def main() -> None:
    """Print the shares by language and script."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--text-model", default="current")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if lacks := lettering.missing():
        raise SystemExit(f"{lacks}; run requirements/system")
    say(machine())
    model = open_text_model(load_model_folder(given.text_model, "text"))
    say(f"text model {model.ref.version}")
    both = {"Latin": [0, 0], "Urdu": [0, 0]}
    for language, name in LANGUAGES.items():
        typed, read = _language(language, model, given.seed)
        script = both["Urdu" if language == "ur" else "Latin"]
        script[0] += typed
        script[1] += read
        say(f"{name:12s} flagged as a caption {typed} of 20; of these as an overlay {read}")
    for script, (typed, read) in both.items():
        say(f"{script}: {read} of {typed}" + (f", {read / typed:.0%}" if typed else ""))


def _language(language: str, model: TextModel, seed: int) -> tuple[int, int]:
    """Return how many are flagged as captions, and how many of these as overlays."""
    rng = random.Random(f"{seed} {language}")
    style = "Naskh" if language == "ur" else "Latin"
    reader = open_screen_reader()
    texts = OFFENDING[language]
    flagged = {each: _flagged([Passage(each, "caption")], model) for each in texts}
    found = 0
    for at in range(0, len(texts), A_CLIP):
        size = rng.choice(SIZES)
        some = [lettering.draw_one(rng, each, style, min(size)) for each in texts[at : at + A_CLIP]]
        with tempfile.TemporaryDirectory(prefix="wardi-bench-") as scratch:
            path = Path(scratch) / "clip.mp4"
            shown = write(path, some, size, rng, real=at // A_CLIP % 2 == 1)
            passages = read_file(path, reader)
        for each in shown:
            read = _flagged(during(passages, each), model)
            found += bool(flagged[each.overlay.text] & read)
            if flagged[each.overlay.text] - read:
                words = [(p.text, round(p.reading_confidence, 2)) for p in during(passages, each)]
                say(f"   missed: {each.overlay.text!r} read as {words}")
    return sum(map(bool, flagged.values())), found


def _flagged(passages: list[Passage], model: TextModel) -> set[str]:
    judged = map(doubted, model.read(passages)) if passages else ()
    return {score.topic for each in judged for score in each.topics if score.flagged}


if __name__ == "__main__":
    main()
