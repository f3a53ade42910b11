"""Which text model a model folder holds. A new kind of model is one file beside this and a row here."""

from __future__ import annotations

from collections.abc import Callable

from detector.artifact import ModelFolder
from detector.errors import ArtifactMismatch
from detector.text.base import TextModel
from detector.text.encoder import EncoderTextModel
from detector.text.linear import LinearTextModel
from detector.text.transformer import TransformerTextModel

FORMS: dict[str, Callable[[ModelFolder], TextModel]] = {
    "linear": LinearTextModel,
    "encoder": EncoderTextModel,
    "transformer": TransformerTextModel,
}
"""How to open each form of text model that a card may name."""


def open_text_model(folder: ModelFolder) -> TextModel:
    """Open the text model of a verified folder; its files are read with the first passage.

    Raises:
        ArtifactMismatch: If its card names a form that this version does not know.
    """
    form = str(folder.card["model"].get("form", ""))
    if form not in FORMS:
        raise ArtifactMismatch(
            f"the card of {folder.path} names the form {form!r}; expected one of "
            f"{', '.join(sorted(FORMS))}; take a model folder made for this version"
        )
    return FORMS[form](folder)
