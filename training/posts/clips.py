"""Builds the clips of posts: the one importer of PyAV in `training`.

They go to a folder that git ignores, and are built anew only where they are missing. Compressed and cut
as phone clips are; the same recipe gives the same pictures on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt

from training import pictures
from training.examples import Example
from training.posts.recipe import PostRecipe
from training.posts.truth import FPS, frames_of, window

Pixels = npt.NDArray[np.uint8]
OPTIONS = {"crf": "28", "preset": "veryfast", "g": "24"}


def build_clip(recipe: PostRecipe, examples: Mapping[str, Example], folder: Path) -> Path:
    """Return the clip of a post, building it where it is missing.

    Args:
        recipe: What it is made of.
        examples: Held-out pictures by id.
        folder: Where clips go; made if missing.
    """
    path = folder / f"{recipe.id}.mp4"
    if path.is_file():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    # Written aside and renamed: an interrupted build must not leave half a clip that looks whole.
    part = path.with_suffix(".part.mp4")
    with av.open(str(part), "w", container_options={"fflags": "+bitexact"}) as output:
        stream = output.add_stream("libx264", rate=FPS, options=OPTIONS)
        stream.width, stream.height = recipe.size_wh
        stream.pix_fmt = "yuv420p"
        stream.codec_context.thread_count = 1  # the same bytes on every machine
        for frame in frames(recipe, examples):
            output.mux(stream.encode(av.VideoFrame.from_ndarray(frame, "rgb24")))
        output.mux(stream.encode(None))
    part.rename(path)
    return path


def frames(recipe: PostRecipe, examples: Mapping[str, Example]) -> Iterator[Pixels]:
    """Yield the frames of a clip: RGB, of the recipe's size."""
    for shot in recipe.shots:
        of = examples[shot.picture]
        whole = pictures.pixels(of.path)
        count = frames_of(shot)
        for at in range(count):
            yield _crop(whole, window(shot, of, recipe.size_wh, at / count), recipe.size_wh)


def _crop(
    whole: Pixels, view: tuple[float, float, float, float], size_wh: tuple[int, int]
) -> Pixels:
    """Cut a view out of a picture and bring it to size, moving by parts of a pixel."""
    height, width = whole.shape[:2]
    x0, y0, x1, y1 = view
    scale_x, scale_y = (x1 - x0) * width / size_wh[0], (y1 - y0) * height / size_wh[1]
    back = np.array([[scale_x, 0, x0 * width], [0, scale_y, y0 * height]], np.float64)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    found = cv2.warpAffine(whole, back, size_wh, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.uint8)
