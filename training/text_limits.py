"""What a text model's card tells people before any figure: how it reads, and where its limits are.

All of it follows from the recipe, the sources' manifests and what was fitted, so that no limit is lost
from one model to the next. What a model misses on held-out texts, `detector.report.trust` adds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from detector.text.language import NAMES, NO_WORDS

if TYPE_CHECKING:
    from training.evaluation.text import ReadText
    from training.text_card import Card, EncoderTold

MEANT = {
    "political": "a political view",
    "religious": "a religious view of one's own",
    "mockery": "ridicule by race, gender, caste or religion",
    "opsec": "operational detail that endangers",
    "custody": "a person in custody shown or quoted",
}
_SHARE = 0.01
"""Of a language's texts: fewer that are taken for another are not worth a line."""


def summary_of(card: Card) -> str:
    """Return how the model reads, for what, and where it abstains."""
    languages = [f"{name_of(tag)} (`{tag}`)" for tag in card.languages]
    topics = [f"`{each}` ({MEANT[each]})" if each in MEANT else f"`{each}`" for each in card.topics]
    known = round(100 * card.recipe.shape.min_known)
    how = card.recipe.encoder
    reads = (
        f"A small encoder beside n-grams, for {_listed(languages)}. Every Urdu word, and every Roman "
        f"spelling of one, is first given English pieces by a table (a gloss, no translation for people); "
        f"an encoder that starts from {how.package} reads them, beside character n-grams of the text and "
        f"of its gloss. Their log-odds are mixed by fitted weights and calibrated by language."
        if how
        else f"Character n-grams, for {_listed(languages)}, calibrated by language."
    )
    return (
        f"{reads} Topics: {_listed(topics)}, with the words that moved each"
        f"{' and whom a mockery is aimed at' if how and 'mockery' in card.topics else ''}.\n\n"
        f"It abstains on texts in another language, and on longer ones of which fewer than {known} % of "
        f"the words were seen in fitting. A text without words is read as `{NO_WORDS}`, with the "
        f"calibration of all languages together and the strictest threshold."
    )


def limits_of(card: Card) -> Iterator[str]:
    """Yield what a reader must know, a sentence or two each."""
    yield (
        f"Reads {', '.join(map(name_of, card.languages))}; it abstains on texts that look like another "
        f"language."
    )
    few = [
        f"{topic} in {name_of(tag)} ({found.positives} of {found.rows})"
        for (topic, tag), found in card.calibrated.items()
        if not found.alone
    ]
    if few:
        yield f"Too few calibration rows for a calibration by language: {', '.join(few)}."
    yield from _of_rows(card)
    if card.recipe.encoder and card.recipe.encoder.names:
        yield (
            "Names of a kind (peoples, faiths, sects, creeds, castes, newcomers, women and men) are read "
            "as one where its list knows them; a name that it does not know moves it as any word does."
        )
    yield "It knows words, not who is meant: names weigh towards a topic in neutral sentences too."
    yield from _taught_as(card)
    yield from _flaws(card)
    if card.encoder:
        yield from _of_encoder(card, card.encoder)


def taken_for_another(texts: Sequence[ReadText], languages: Sequence[str]) -> str:
    """Say how often a text of one language was read as another; nothing where hardly any was.

    Args:
        texts: Of the calibration side, with what the written model makes of them.
        languages: Those that it reads.
    """
    count = Counter(each.example.lang for each in texts)
    pairs = Counter((each.example.lang, each.passage.language) for each in texts)
    told = [
        f"{name_of(lang)} as {name_of(other)} {times} of {count[lang]}"
        for (lang, other), times in sorted(pairs.items())
        if lang != other and {lang, other} <= {*languages} and times >= _SHARE * count[lang]
    ]
    return (
        f"Languages taken for another on the calibration side: {', '.join(told)}." if told else ""
    )


def name_of(tag: str) -> str:
    """Return what people call a language, e.g. ``Hindi in Latin letters`` for ``hi-Latn``."""
    base, _, script = tag.partition("-")
    latin = f"{NAMES.get(base, base)} in Latin letters"
    return NAMES.get(tag) or (latin if script == "Latn" else tag)


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _of_rows(card: Card) -> Iterator[str]:
    """Yield on what terms the rows are, and which were left out."""
    if not card.gathered.ships:
        closed = [each.name for each in card.gathered.manifests if not each.ships]
        yield f"The terms of {', '.join(closed)} do not allow to give these weights away."
    if card.gathered.nameless:
        yield f"{card.gathered.nameless} rows were left out: their language could not be told."
    if card.gathered.unfound:
        yield f"{card.gathered.unfound} labels were left out: their posts do not lie here."


def _taught_as(card: Card) -> Iterator[str]:
    """Yield which languages are read as another one, because they were taught so."""
    shown = {each.lang: each.shows for each in card.recipe.languages if each.shows}
    for each in card.recipe.labels:
        shown |= each.read_as
    for tag, other in sorted(shown.items()):
        yield f"{name_of(tag)} is read as {name_of(other)}: its rows were taught so."


def _of_encoder(card: Card, told: EncoderTold) -> Iterator[str]:
    how = card.recipe.encoder
    urdu, roman = told.glossed
    pairs = ", ".join(each.name for each in told.manifests)
    yield (
        f"Its gloss holds {urdu:,} words in Urdu letters and {roman:,} in Latin letters, some as they are "
        f"spelt and no more, learnt from {f'{pairs} and ' if pairs else ''}a glossary of this project; any "
        f"other word is spelt out, and means little to the encoder."
    )
    if how:
        yield f"The encoder starts from {how.package}, whose own card says: licence {told.licence}."


def _flaws(card: Card) -> Iterator[str]:
    """Yield what is known to be wrong with sources whose own labels calibrate, one flaw a line.

    Where nothing else taught a topic, the line says so, and comes first.
    """
    chosen = {each.source for each in card.recipe.topics if each.calibrates}
    sources: dict[str, list[str]] = {}
    for manifest in card.gathered.manifests:
        if manifest.name in chosen:
            for flaw in manifest.known_wrong:
                sources.setdefault(flaw, []).append(manifest.name)
    teach: dict[str, set[str]] = {topic: set() for topic in card.topics}
    for row in card.gathered.train:
        for topic, value in row.labels.items():
            if value and topic in teach:
                teach[topic].add(row.example.source)
    first, rest = [], []
    for flaw, names in sources.items():
        if alone := [topic for topic, by in teach.items() if by and by <= {*names}]:
            only = f"(nothing else taught it {_listed(alone)})"
            first.append(f"{', '.join(names)} {only}: {flaw}")
        else:
            rest.append(f"{', '.join(names)}: {flaw}")
    yield from (*first, *rest)
