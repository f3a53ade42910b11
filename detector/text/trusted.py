"""Fitted parts from a file that may have been tampered with: no pickle, and only types named here.

The only importer of skops and of scikit-learn in the detector. skops trusts every estimator of
scikit-learn by itself; the list here is shorter: what a text model is made of and nothing else.
"""

from __future__ import annotations

import json
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sklearn.utils
from sklearn.exceptions import InconsistentVersionWarning

from detector.errors import ArtifactMismatch

_listed = sklearn.utils.all_estimators
sklearn.utils.all_estimators = list
try:
    # skops asks for the list to trust all of it, which imports all of scikit-learn, and PyTorch with
    # it where that is installed: 8 s of processor time against 3 s. What is trusted is named below.
    import skops.io
finally:
    sklearn.utils.all_estimators = _listed

TRUSTED = frozenset(
    {
        "builtins.dict",
        "builtins.list",
        "builtins.str",
        "builtins.tuple",
        "numpy.float32",
        "numpy.ndarray",
        "sklearn.feature_extraction.text.HashingVectorizer",
        "sklearn.feature_extraction.text.TfidfTransformer",
        "sklearn.linear_model._logistic.LogisticRegression",
        "sklearn.naive_bayes.MultinomialNB",
    }
)
"""Every type that a file may name, by module and class."""


def load_trusted(path: Path) -> dict[str, Any]:
    """Load the named parts of a model from a skops file.

    Raises:
        ArtifactMismatch: If it is no skops file, names a type that is not in `TRUSTED`, or does
            not hold a table of named parts. Nothing of it is built before its types are checked.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            schema = json.loads(archive.read("schema.json"))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise ArtifactMismatch(
            f"{path} is no skops file ({error}); expected one with a schema.json; "
            f"restore the model folder from where it came"
        ) from error
    strangers = sorted(set(_types(schema)) - TRUSTED)
    if strangers:
        raise ArtifactMismatch(
            f"{path} names the types {', '.join(strangers)}; a text model is made of none of "
            f"these; do not use this folder, and find out where it came from"
        )
    with warnings.catch_warnings():
        # Another release of scikit-learn may read it; the model's probe shows whether it reads alike.
        warnings.simplefilter("ignore", InconsistentVersionWarning)
        parts = skops.io.load(path, trusted=sorted(TRUSTED))
    if not isinstance(parts, dict):
        raise ArtifactMismatch(
            f"{path} holds a {type(parts).__name__}; expected a table of named parts; "
            f"restore the model folder from where it came"
        )
    return parts


def _types(node: Any) -> Iterator[str]:
    """Name every type in a skops schema, at any depth."""
    if isinstance(node, dict):
        if "__class__" in node and "__module__" in node:
            yield f"{node['__module__']}.{node['__class__']}"
        for each in node.values():
            yield from _types(each)
    elif isinstance(node, list):
        for each in node:
            yield from _types(each)
