"""Write labelled captions into a CSV file: ``python data/samples/captions.py OUT.csv [ROWS] [SEED]``.

Words are drawn from short lists, so the captions mean nothing; they serve to show what `wardi train text`,
`evaluate`, `compare` and `promote` do on data that is small enough to watch. Some labels are wrong on
purpose, as labels are.
"""

from __future__ import annotations

import csv
import random
import sys
from pathlib import Path

PLAIN = {
    "en": "morning evening traffic road station officer weather market river garden coffee bridge "
    "school window letter music football kitchen holiday doctor winter summer village engine "
    "bicycle mountain picture dinner ticket library camera lesson",
    "ur-Latn": "subah shaam sarak thana mausam bazaar darya bagh chai pul madrasa khirki khat "
    "mosiqi chutti daktar sardi garmi gaon gaari pahaar tasveer khana kitab sabaq dost ghar "
    "pani roti kapra darwaza kursi",
}
TELLING = {
    "political": {
        "en": "election ballot minister parliament campaign opposition senator manifesto coalition",
        "ur-Latn": "hukumat wazir siyasat jalsa leader assembly intikhabat jamaat aiwan",
    },
    "religious": {
        "en": "sermon sinner scripture repent unbeliever heresy prophecy blessing damnation",
        "ur-Latn": "toba gunah kafir namaz azaab farz bidat sunnat wazifa",
    },
}
TOPICS = tuple(TELLING)
WRONG = 0.06
"""Share of the captions whose label is drawn anew."""


def draw(rows: int, seed: int = 0) -> list[dict[str, str]]:
    """Draw captions: a third of each topic, a third of neither, half in each language."""
    rng = random.Random(seed)  # noqa: S311 - nothing here is a secret
    found = []
    for at in range(rows):
        lang = ("en", "ur-Latn")[at % 2]
        topic = (*TOPICS, "")[at // 2 % 3]
        words = rng.sample(PLAIN[lang].split(), 8)
        if topic:
            words += rng.sample(TELLING[topic][lang].split(), 2)
        rng.shuffle(words)
        said = rng.choice((*TOPICS, "")) if rng.random() < WRONG else topic
        labels = {each: str(int(each == said)) for each in TOPICS}
        found.append({"text": " ".join(words), "lang": lang, **labels})
    return found


def write(path: Path, rows: int, seed: int = 0) -> None:
    """Write captions as `wardi data import --format csv` reads them."""
    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.DictWriter(out, ["text", "lang", *TOPICS])
        table.writeheader()
        table.writerows(draw(rows, seed))


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3, 4):
        sys.exit("usage: python data/samples/captions.py OUT.csv [ROWS] [SEED]")
    write(Path(sys.argv[1]), *map(int, sys.argv[2:] or ["400"]))
