"""The one file of `training` that imports PyTorch: batches, checkpoints, export, statistics.

A checkpoint holds plain tensors and numbers and is read as such: nothing in it is ever run, and only one
whose sha256 was noted when it was written is read at all.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx
import torch
from safetensors.torch import save as to_bytes
from torch import nn
from torch.utils.data import DataLoader

from detector.errors import SetupError

STATE = "state.json"
OPSET = 17
EXAMPLE_HW = (64, 96)
"""Size of the picture that an export is traced with; any multiple of 32 does."""


class Loader(DataLoader[Any]):
    """Batches of a dataset in its own order; worker processes start when an epoch is begun."""

    def __init__(self, dataset: Any, batch: int, workers: int) -> None:
        super().__init__(dataset, batch_size=batch, num_workers=workers, collate_fn=collate)

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]
        """Begin an epoch with the first batch that is asked for, not before."""
        yield from super().__iter__()


def collate(items: Sequence[Mapping[str, Any]]) -> dict[str, torch.Tensor]:
    """Put pictures into a batch; boxes of all stand side by side, with the number of their picture."""
    count = [len(each["cls"]) for each in items]
    return {
        "img": torch.stack([torch.from_numpy(each["img"]) for each in items]),
        "cls": torch.cat([torch.from_numpy(each["cls"]) for each in items]),
        "bboxes": torch.cat([torch.from_numpy(each["bboxes"]) for each in items]),
        "batch_idx": torch.repeat_interleave(torch.arange(len(items)), torch.tensor(count)).float(),
        "teach": torch.stack([torch.from_numpy(each["teach"]) for each in items]),
    }


def device(wanted: str) -> str:
    """Return the device to train on: what was asked for, or for ``auto`` a GPU if there is one.

    Raises:
        SetupError: If a GPU was asked for and there is none.
    """
    found = torch.cuda.is_available()
    if wanted not in ("auto", "cpu") and not found:
        raise SetupError(
            f"no GPU that PyTorch can use was found, {wanted!r} was asked for; expected one with its "
            f"driver; leave out --device to train on the CPU"
        )
    return ("0" if found else "cpu") if wanted == "auto" else wanted


def use_every_core() -> None:
    """Give PyTorch every core of this process; Ultralytics leaves one out whenever it picks a device."""
    torch.set_num_threads(len(os.sched_getaffinity(0)))


def half_precision(on: str) -> bool | str:
    """Return how the trainer may mix 16-bit numbers in: bfloat16 where the GPU has it."""
    return "bf16" if on != "cpu" and torch.cuda.is_bf16_supported() else False


def precision(on: str) -> str:
    """Return the numbers that a network is fitted in on a device: its name, for the card."""
    has = torch.cpu._is_avx512_bf16_supported() if on == "cpu" else half_precision(on)
    return "bfloat16" if has else "float32"


def mixed(images: torch.Tensor) -> Any:
    """Return a context in which a processor that has bfloat16 computes in it, in half of the time.

    The trainer has its own for GPUs, and refuses one for processors.
    """
    on = images.device.type
    return torch.autocast("cpu", torch.bfloat16, on == "cpu" and precision(on) == "bfloat16")


def laid_out(network: Any) -> Any:
    """Return a network whose weights lie as `channels_last` lays pictures out."""
    return network.to(memory_format=torch.channels_last)


def channels_last(images: torch.Tensor) -> torch.Tensor:
    """Return pictures laid out pixel by pixel: processors convolve them a fifth faster, GPUs too."""
    return images.contiguous(memory_format=torch.channels_last)


def in_full(answer: Any) -> Any:
    """Return what a network answers as 32-bit numbers: the loss is computed in them."""
    if isinstance(answer, torch.Tensor):
        return answer.float()
    if isinstance(answer, Mapping):
        return {name: in_full(each) for name, each in answer.items()}
    if isinstance(answer, list | tuple):
        return type(answer)(in_full(each) for each in answer)
    return answer


@dataclass(frozen=True, slots=True)
class Kept:
    """A run at the end of an epoch."""

    epoch: int
    """The first is 0."""
    state: Mapping[str, Any]
    """Tensors and numbers, nested."""
    losses: Sequence[Mapping[str, float]]
    """Of each epoch so far."""


def save(folder: Path, kept: Kept) -> None:
    """Keep a run, so that a kill at any moment leaves a whole one behind: the last epoch or this one."""
    buffer = io.BytesIO()
    torch.save(dict(kept.state), buffer)
    name = f"epoch-{kept.epoch:04}.pt"
    (folder / name).write_bytes(buffer.getvalue())
    noted = {
        "epoch": kept.epoch,
        "file": name,
        "sha256": hashlib.sha256(buffer.getvalue()).hexdigest(),
        "losses": [dict(each) for each in kept.losses],
    }
    part = folder / f"{STATE}.part"
    part.write_text(json.dumps(noted, indent=1), "utf-8")
    part.replace(folder / STATE)
    for old in folder.glob("epoch-*.pt"):
        if old.name != name:
            old.unlink()


def load(folder: Path) -> Kept | None:
    """Return the last epoch that was kept; None if there is none.

    Raises:
        SetupError: If the file is not the one that was written.
    """
    if not (folder / STATE).is_file():
        return None
    noted = json.loads((folder / STATE).read_text("utf-8"))
    content = (folder / noted["file"]).read_bytes()
    if hashlib.sha256(content).hexdigest() != noted["sha256"]:
        raise SetupError(
            f"{folder / noted['file']} is not the checkpoint that was written (its sha256 differs from "
            f"that in {STATE}); it is not read; remove {folder} to train from the start"
        )
    state = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    return Kept(int(noted["epoch"]), state, tuple(noted["losses"]))


def write_weights(network: Any, path: Path, about: Mapping[str, str]) -> None:
    """Write weights as 16-bit numbers, and round the network's own to them: both stay the same."""
    state = {
        name: each.detach().cpu().half() if each.is_floating_point() else each.detach().cpu()
        for name, each in network.state_dict().items()
    }
    plain = {name: each.contiguous() for name, each in state.items()}
    path.write_bytes(to_bytes(plain, dict(about)))
    network.load_state_dict({name: each.to(torch.float32) for name, each in state.items()})


def write_onnx(found: nn.Module, path: Path) -> None:
    """Export a network that answers in the form of `detector.vision.decode`, for pictures of any size."""
    sizes = {"images": {0: "batch", 2: "height", 3: "width"}, "found": {0: "batch", 1: "places"}}
    with torch.no_grad(), warnings.catch_warnings():
        # The exporter warns that it is the older one, and of sizes taken as constant that are none here.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            found.cpu().eval(),
            (torch.zeros(2, 3, *EXAMPLE_HW),),
            str(path),
            opset_version=OPSET,
            input_names=["images"],
            output_names=["found"],
            dynamic_axes=sizes,
            dynamo=False,
        )
    onnx.checker.check_model(onnx.load(str(path)))


def measure_statistics(network: Any, batches: Iterable[Mapping[str, torch.Tensor]]) -> None:
    """Measure anew what batch normalisation takes for mean and spread; answers stay as they are.

    Weights that were read back from an 8-bit export have none of their own: the first steps of a training
    would start from statistics that no picture has.
    """
    sums: dict[Any, list[Any]] = {}

    def note(module: Any, _: Any, output: torch.Tensor) -> None:
        values = output.double()
        total = sums.setdefault(module, [0, 0.0, 0.0])
        total[0] += values.numel() // values.shape[1]
        total[1] = total[1] + values.sum((0, 2, 3))
        total[2] = total[2] + values.square().sum((0, 2, 3))

    layers = [each for each in network.modules() if hasattr(each, "bn") and hasattr(each, "conv")]
    hooks = [each.conv.register_forward_hook(note) for each in layers]
    network.eval()
    with torch.no_grad():
        for batch in batches:
            network(batch["img"].float() / 255)
        for hook in hooks:
            hook.remove()
        for each in layers:
            if each.conv in sums:
                _renormalise(each.bn, *sums[each.conv])


def _renormalise(norm: Any, count: int, total: torch.Tensor, squares: torch.Tensor) -> None:
    mean = total / count
    spread = (squares / count - mean.square()).clamp_min(0)
    gain = norm.weight.double() / torch.sqrt(norm.running_var.double() + norm.eps)
    shift = norm.bias.double() - gain * norm.running_mean.double()
    norm.running_mean.copy_(mean)
    norm.running_var.copy_(spread)
    norm.weight.copy_(gain * torch.sqrt(norm.running_var.double() + norm.eps))
    norm.bias.copy_(shift + gain * norm.running_mean.double())
