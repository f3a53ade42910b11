from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import torch

from training.network import tensors


@pytest.fixture
def threads() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("threads")
def test_every_core_of_the_process_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 2, 5})
    tensors.use_every_core()

    assert torch.get_num_threads() == 3


@pytest.mark.parametrize(("has", "name"), [(True, "bfloat16"), (False, "float32")])
def test_the_precision_on_a_processor_is_what_it_has(
    monkeypatch: pytest.MonkeyPatch, has: bool, name: str
) -> None:
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: has)

    assert tensors.precision("cpu") == name


@pytest.mark.parametrize(("has", "name"), [(True, "bfloat16"), (False, "float32")])
def test_the_precision_on_a_gpu_is_what_it_has(
    monkeypatch: pytest.MonkeyPatch, has: bool, name: str
) -> None:
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: has)

    assert tensors.precision("0") == name


@pytest.mark.parametrize(("has", "kind"), [(True, torch.bfloat16), (False, torch.float32)])
def test_a_processor_with_16_bit_numbers_computes_in_them(
    monkeypatch: pytest.MonkeyPatch, has: bool, kind: torch.dtype
) -> None:
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: has)
    values = torch.ones(4, 4)

    with tensors.mixed(values):
        assert (values @ values).dtype == kind
    assert (values @ values).dtype == torch.float32


def test_an_answer_is_given_in_full_however_deep_it_is() -> None:
    half = torch.full((2,), 1.5, dtype=torch.bfloat16)
    answer = tensors.in_full({"one": half, "some": [half, (half, "name")], "count": 3})

    assert answer["one"].dtype == torch.float32
    assert answer["some"][0].dtype == torch.float32
    assert answer["some"][1][0].dtype == torch.float32
    assert isinstance(answer["some"][1], tuple)
    assert answer["some"][1][1] == "name"
    assert answer["count"] == 3
    assert answer["one"].tolist() == [1.5, 1.5]


def test_network_and_pictures_lie_pixel_by_pixel_and_answer_alike() -> None:
    network, images = torch.nn.Conv2d(3, 4, 3), torch.rand(2, 3, 8, 8)
    before = network(images)
    after = tensors.laid_out(network)(tensors.channels_last(images))

    assert after.is_contiguous(memory_format=torch.channels_last)
    assert torch.allclose(before, after, atol=1e-6)
