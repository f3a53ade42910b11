from __future__ import annotations

import numpy as np

from training.examples import LabelledBox
from training.teaching import places, teaches_absence

LABELS = ("uniform", "weapon")


def test_places_are_those_of_the_network_in_its_order() -> None:
    at = places(64)

    assert len(at) == 8 * 8 + 4 * 4 + 2 * 2
    assert at[:2].tolist() == [[1 / 16, 1 / 16], [3 / 16, 1 / 16]]
    assert at[-4:].tolist() == [[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]]


def test_a_label_that_is_ignored_everywhere_teaches_nothing() -> None:
    known = teaches_absence(LABELS, (LabelledBox("uniform", (0.0, 0.0, 1.0, 1.0)),), 64)

    assert not known[:, 0].any()
    assert known[:, 1].all()


def test_a_region_for_every_label_takes_all_of_them_out_where_it_lies() -> None:
    region = LabelledBox("", (0.5, 0.0, 1.0, 1.0))
    known = teaches_absence(LABELS, (region,), 64)

    assert np.array_equal(known.all(axis=1), places(64)[:, 0] < 0.5)


def test_a_region_of_another_label_takes_nothing_out() -> None:
    region = LabelledBox("badge", (0.0, 0.0, 1.0, 1.0))

    assert teaches_absence(LABELS, (region,), 64).all()
