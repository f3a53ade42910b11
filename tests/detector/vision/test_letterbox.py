from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.vision.letterbox import GREY, STRIDE, place, to_frame, to_tensor

sides = st.integers(min_value=1, max_value=3000)


@given(width=sides, height=sides, longest=st.sampled_from([320, 416, 640]))
def test_the_canvas_fits_the_network_and_holds_the_whole_frame(
    width: int, height: int, longest: int
) -> None:
    placement = place((width, height), longest)

    assert all(side % STRIDE == 0 for side in placement.canvas_wh)
    assert max(placement.canvas_wh) == longest
    for axis, side in enumerate((width, height)):
        inner = round(side * placement.scale_xy[axis])
        assert placement.offset_xy[axis] >= 0
        assert placement.offset_xy[axis] + inner <= placement.canvas_wh[axis]


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (640, 480), (500, 500)])
def test_the_frame_is_not_distorted(size: tuple[int, int]) -> None:
    x, y = place(size, 640).scale_xy

    assert x == pytest.approx(y, rel=0.005)


@given(width=sides, height=sides, where=st.tuples(*[st.floats(0, 1)] * 4))
def test_boxes_come_back_to_where_they_were_in_the_frame(
    width: int, height: int, where: tuple[float, ...]
) -> None:
    placement = place((width, height), 640)
    size = np.array([width, height] * 2)
    box = np.array([where]) * size
    on_canvas = box * np.array(placement.scale_xy * 2) + np.array(placement.offset_xy * 2)

    back = to_frame(on_canvas.astype(np.float32), placement)

    assert np.allclose(back, box, atol=0.01 * max(1.0, max(width, height) / 640))


def test_boxes_that_reach_over_the_frame_are_clipped_to_it() -> None:
    placement = place((100, 50), 320)

    back = to_frame(np.array([[-50, -50, 900, 900]], np.float32), placement)

    assert back.tolist() == [[0, 0, 100, 50]]


def test_a_tensor_is_rgb_between_0_and_1_with_grey_padding() -> None:
    pixels = np.zeros((45, 80, 3), np.uint8)
    pixels[..., 0] = 255

    tensor, placement = to_tensor(pixels, 320)

    assert tensor.shape == (1, 3, 192, 320)
    assert tensor.dtype == np.float32
    assert placement.offset_xy == (0, 6)
    assert tensor[0, :, 96, 160].tolist() == [1, 0, 0]
    assert (tensor[0, :, :6] == GREY).all()
    assert (tensor[0, :, 186:] == GREY).all()


def test_a_frame_is_left_as_it_is() -> None:
    pixels = np.full((40, 64, 3), 7, np.uint8)
    pixels.setflags(write=False)

    to_tensor(pixels, 64)

    assert (pixels == 7).all()
