"""``wardi train``: fits models; what is fitted on is read through `training.corpus` and nowhere else.

Importing this file is light: a kind's own file is imported when its verb is called.
"""

from __future__ import annotations

import click

from training.cli.lazy import Lazy

KINDS = {
    "vision": "training.cli.train_vision:vision",
    "text": "training.cli.train_text:text",
}
"""The kinds of model that can be fitted: module and command."""


@click.group(cls=Lazy, lazy=KINDS)
def train() -> None:
    """Fit a model on labelled data, calibrate it, and write it as a model folder.

    \b
    wardi train vision --data corpus/corpus.toml --from models/vision/3 --out models/vision/my-1
    wardi train text --data corpus/corpus.toml --out models/text/my-1
    """
