"""Every annotation format by name, and the two things done with them: read a bundle, write an archive."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from detector.errors import InputError
from training.formats import coco, cvat, label_studio, text_csv, yolo
from training.formats.base import LabelSet, Trouble, Written, looked_over
from training.formats.bundle import Bundle, BundleLimits, open_bundle

Reader = Callable[[Bundle], LabelSet]
Writer = Callable[[LabelSet], Written]

FORMATS: Mapping[str, tuple[Reader, Writer]] = MappingProxyType(
    {
        "yolo": (yolo.read, yolo.write),
        "coco": (coco.read, coco.write),
        "cvat": (cvat.read, cvat.write),
        "cvat_video": (cvat.read, cvat.write_video),
        "label_studio": (label_studio.read, label_studio.write),
        "csv": (text_csv.read, text_csv.write),
    }
)


def read_labels(path: Path, name: str, limits: BundleLimits | None = None) -> LabelSet:
    """Read a label set and look over its boxes.

    Raises:
        InputError: If it cannot be read as that format, breaks a limit, or holds no label at all.
    """
    with open_bundle(path, limits) as bundle:
        return looked_over(FORMATS[name][0](bundle), bundle.label)


def write_archive(
    labels: LabelSet, path: Path, name: str, pictures: Mapping[int, Path]
) -> tuple[Trouble, ...]:
    """Write a label set as a ZIP archive.

    Args:
        labels: What is written.
        path: The archive; it must not exist.
        name: The format.
        pictures: Where the file of each picture lies, by its index; one without goes without.

    Returns:
        What the format cannot carry.
    """
    written = FORMATS[name][1](labels)
    try:
        with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as archive:
            for file, content in written.files.items():
                archive.writestr(file, content)
            for at, place in written.places.items():
                if at in pictures:
                    archive.write(pictures[at], place, zipfile.ZIP_STORED)
    except FileExistsError as error:
        raise InputError(
            f"{path} is there already; expected a new file; take another name"
        ) from error
    return written.troubles
