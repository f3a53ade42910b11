"""One passage at a time through a text model, on one core: ``python -m tests.bench.reading [MODEL]``.

Language and normalisation included, as a scan reads captions. The passages are the posts of the held-out
batch, at most 300 characters each. ``--card`` writes the figures into the model's card as ``[speed]``,
and holds its bars of speed and size again.
"""

from __future__ import annotations

import argparse
import csv
import os
import time
from importlib.metadata import PackageNotFoundError, distribution
from itertools import cycle, islice
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

from tests.bench.processes import machine, say

if TYPE_CHECKING:
    from detector.artifact import ModelFolder

ROOT = Path(__file__).resolve().parents[2]
POSTS = ROOT / "data" / "text" / "authored" / "apart" / "rows.csv"
LONGEST, COUNT, WARM = 300, 1000, 20
ALONE = ("scikit-learn", "skops", "joblib", "threadpoolctl")
"""What is installed for reading words and for nothing else; what vision needs as well is not counted."""
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
MIB = 2**20


def main() -> None:
    """Print the figures; write them into the card where that is asked."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("model", nargs="?", default="current")
    options.add_argument("--card", action="store_true")
    said = options.parse_args()
    one_core()
    from detector.artifact import load_model_folder

    given = said.model if said.model == "current" else str(Path(said.model).resolve())
    folder = load_model_folder(given, "text")
    say(machine())
    figures = speed(folder, passages(), COUNT) | sizes(folder)
    for name, value in figures.items():
        say(f"{name}: {value}")
    if said.card:
        from training import toml
        from training.evaluation.sets import SETS
        from training.hold_again import hold_again

        toml.replace(folder.path / "card.toml", "speed", figures)
        hold_again(folder.path, ROOT / SETS)


def one_core() -> None:
    """Hold this process to one core, before a library counts them."""
    os.environ |= dict.fromkeys(THREADS, "1")
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def passages() -> list[str]:
    """Return the posts of the held-out batch that are short enough."""
    with POSTS.open(encoding="utf-8", newline="") as lines:
        return [row["text"] for row in csv.DictReader(lines) if len(row["text"]) <= LONGEST]


def speed(folder: ModelFolder, texts: list[str], count: int) -> dict[str, Any]:
    """Read texts one by one; return the median and the 95th percentile, in ms."""
    from detector.evidence import Passage
    from detector.text.models import open_text_model

    model = open_text_model(folder)
    took, used = [], []
    for at, text in enumerate(islice(cycle(texts), count + WARM)):
        start, cpu = time.perf_counter(), time.process_time()
        model.read([Passage(text, "caption")])
        if at >= WARM:
            took.append((time.perf_counter() - start) * 1000)
            used.append((time.process_time() - cpu) * 1000)
    return {
        "ms": round(median(took), 2),
        "ms_95": round(quantiles(took, n=20)[-1], 2),
        "processor_ms": round(median(used), 2),
        "passages": count,
        "on": f"one core, {machine()}",
    }


def sizes(folder: ModelFolder) -> dict[str, Any]:
    """Return the size of the model folder, and with what is installed for it, in MiB."""
    own = sum(each.stat().st_size for each in folder.path.rglob("*") if each.is_file())
    installed = own + sum(map(_installed, ALONE))
    return {"installed_mib": round(installed / MIB, 1), "git_mib": round(own / MIB, 1)}


def _installed(name: str) -> int:
    try:
        files = distribution(name).files or ()
    except PackageNotFoundError:
        return 0
    places = (Path(str(each.locate())) for each in files)
    return sum(each.stat().st_size for each in places if each.is_file())


if __name__ == "__main__":
    main()
