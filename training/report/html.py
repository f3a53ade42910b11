"""An evaluation as one HTML file: nothing is loaded from elsewhere, nothing in it runs."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import jinja2

from training.evaluation.values import Evaluation, Scores
from training.report import charts, words

KINDS = {
    "Cls": "wrong label",
    "Loc": "badly placed",
    "Both": "wrong label and badly placed",
    "Dupe": "found twice",
    "Bkg": "nothing there",
    "Miss": "missed",
}


def to_html(evaluation: Evaluation) -> str:
    """Write an evaluation as a page; captions and names are escaped."""
    # Everything that comes out of data is text, never markup.
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("training.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        measure=words.measure,
        number=words.number,
        flagged=words.flagged,
        picture=_picture,
        per_100=lambda found: words.measure(found, times=100, digits=1),
        bar=words.bar,
        reached=words.reached,
        figure=words.figure,
        kind=lambda name: KINDS.get(name, name),
    )
    return environment.get_template("evaluation.html").render(
        it=evaluation,
        headline=_headline(evaluation),
        sets=_sets(evaluation),
        slices=evaluation.worst_first(),
        curves=charts.curves(_headline(evaluation)),
        reliabilities=charts.reliabilities(evaluation.reliability),
    )


def _headline(evaluation: Evaluation) -> Sequence[Scores]:
    """Return the scores of whole labels; of a text model, by language."""
    return [each for each in evaluation.scores if each.part == "all" or each.curve]


def _sets(evaluation: Evaluation) -> Sequence[Scores]:
    return [each for each in evaluation.scores if each.part != "all" and "=" not in each.part]


def _picture(webp: bytes) -> str:
    return "data:image/webp;base64," + base64.b64encode(webp).decode()
