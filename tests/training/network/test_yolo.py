from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from detector.errors import ArtifactMismatch, SetupError
from tests.training.networks import untaught
from training.examples import LabelledBox
from training.network import tensors, yolo
from training.teaching import teaches_absence

LABELS = ("uniform", "weapon")
SIDE = 64


@pytest.fixture(scope="module")
def network() -> yolo.MaskedNetwork:
    from ultralytics.utils import DEFAULT_CFG  # after our own import, which keeps it to itself

    network = untaught(LABELS)
    network.args = DEFAULT_CFG
    return network


def item(
    unknown: str = "",
    *,
    boxes: tuple[tuple[int, tuple[float, float, float, float]], ...] = (),
    ignore: tuple[LabelledBox, ...] = (),
) -> dict[str, Any]:
    """A picture in which the numbered labels are boxed, ``xywh``, and one label is unknown."""
    nowhere = tuple(LabelledBox(each, (0.0, 0.0, 1.0, 1.0)) for each in LABELS if each == unknown)
    return {
        "img": np.full((3, SIDE, SIDE), 90, np.uint8),
        "cls": np.array([[label] for label, _ in boxes], np.float32).reshape(-1, 1),
        "bboxes": np.array([box for _, box in boxes], np.float32).reshape(-1, 4),
        "teach": teaches_absence(LABELS, (*ignore, *nowhere), SIDE),
    }


def pull(network: yolo.MaskedNetwork, one: dict[str, Any]) -> torch.Tensor:
    """Return how hard the class loss pulls at the scores of each place and label, both heads added."""
    batch = tensors.collate([one])
    batch["img"] = batch["img"].float() / 255
    network.train()
    answers = network(batch["img"])
    for head in answers.values():
        head["scores"].retain_grad()
    network.zero_grad()
    network.init_criterion()(answers, batch)[0].sum().backward()
    one2many, one2one = (answers[head]["scores"].grad[0].T for head in ("one2many", "one2one"))
    pulled: torch.Tensor = one2many.abs() + one2one.abs()
    return pulled


def test_a_label_that_is_judged_is_taught_everywhere(network: yolo.MaskedNetwork) -> None:
    assert (pull(network, item()) > 0).all()


def test_a_label_that_nobody_annotated_pulls_at_no_weight(network: yolo.MaskedNetwork) -> None:
    pulled = pull(network, item(unknown="uniform"))

    assert (pulled[:, 0] == 0).all()
    assert (pulled[:, 1] > 0).all()
    for branch in (*network.model[-1].cv3, *network.model[-1].one2one_cv3):
        assert (branch[-1].weight.grad[0] == 0).all()
        assert (branch[-1].weight.grad[1] != 0).any()


def test_a_region_to_be_ignored_pulls_at_nothing_in_it(network: yolo.MaskedNetwork) -> None:
    half = LabelledBox("weapon", (0.0, 0.0, 0.5, 1.0))
    pulled = pull(network, item(ignore=(half,)))

    left = torch.from_numpy(~teaches_absence(LABELS, (half,), SIDE)[:, 1])
    assert left.sum() == len(left) / 2
    assert (pulled[left, 1] == 0).all()
    assert (pulled[~left, 1] > 0).all()
    assert (pulled[:, 0] > 0).all()


def test_what_is_boxed_is_taught_though_its_label_is_not_annotated(
    network: yolo.MaskedNetwork,
) -> None:
    pulled = pull(network, item("uniform", boxes=((0, (0.5, 0.5, 0.6, 0.6)),)))

    assert (pulled[:, 0] > 0).any()
    assert (pulled[:, 0] == 0).any()


def test_labels_keep_what_they_learnt_when_others_are_added(tmp_path: Path) -> None:
    before = untaught(("weapon",), seed=1)
    tensors.write_weights(before, tmp_path / "w.safetensors", {"model": "yolo26n.yaml"})

    after, _ = yolo.start_network(tmp_path / "w.safetensors", ("weapon",), LABELS)

    for old, new in zip(before.model[-1].cv3, after.model[-1].cv3, strict=True):
        assert torch.equal(new[-1].weight[1], old[-1].weight[0])
    assert torch.equal(after.model[0].conv.weight, before.model[0].conv.weight)


def test_weights_that_are_no_network_are_refused(tmp_path: Path) -> None:
    (tmp_path / "w.safetensors").write_bytes(b"no weights")

    with pytest.raises(ArtifactMismatch, match="cannot be read"):
        yolo.start_network(tmp_path / "w.safetensors", (), LABELS)


def test_measuring_statistics_leaves_the_answers_as_they_are() -> None:
    network = untaught(LABELS, seed=2).eval()
    torch.manual_seed(0)
    batches = [{"img": torch.randint(0, 256, (2, 3, SIDE, SIDE), dtype=torch.uint8)}]
    with torch.no_grad():
        before = network(batches[0]["img"].float() / 255)[0]
        mean = network.model[0].bn.running_mean.clone()
        tensors.measure_statistics(network, batches)
        after = network(batches[0]["img"].float() / 255)[0]

    assert torch.allclose(before, after, atol=1e-3)
    assert not torch.allclose(mean, network.model[0].bn.running_mean)


def test_a_checkpoint_that_was_changed_is_not_read(tmp_path: Path) -> None:
    tensors.save(tmp_path, tensors.Kept(0, {"model": {"a": torch.zeros(2)}}, ()))
    (tmp_path / "epoch-0000.pt").write_bytes(b"something else")

    with pytest.raises(SetupError, match="not the checkpoint that was written"):
        tensors.load(tmp_path)


def test_a_checkpoint_that_would_run_something_is_not_run(tmp_path: Path) -> None:
    class Harm:
        def __reduce__(self) -> tuple[Any, ...]:
            return (tmp_path.joinpath("harmed").touch, ())

    tensors.save(tmp_path, tensors.Kept(0, {"model": Harm()}, ()))

    with pytest.raises(Exception, match="Weights only load failed"):
        tensors.load(tmp_path)
    assert not (tmp_path / "harmed").exists()


def test_the_last_epoch_that_was_kept_is_the_one_that_is_loaded(tmp_path: Path) -> None:
    for epoch in range(3):
        state = {"model": {"a": torch.full((2,), epoch)}}
        tensors.save(tmp_path, tensors.Kept(epoch, state, [{"loss": 1.5}] * (epoch + 1)))

    kept = tensors.load(tmp_path)

    assert kept is not None
    assert kept.epoch == 2
    assert kept.state["model"]["a"].tolist() == [2, 2]
    assert len(kept.losses) == 3
    assert [each.name for each in tmp_path.glob("*.pt")] == ["epoch-0002.pt"]


def test_a_gpu_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)

    assert tensors.device("auto") == "cpu"
    with pytest.raises(SetupError, match="no GPU"):
        tensors.device("0")
