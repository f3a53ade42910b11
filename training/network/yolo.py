"""The one file of `training` that imports Ultralytics: its trainer, with our pictures and our loss.

What is ours: pictures come from a `Corpus` alone (nothing is read from or written beside them), the loss
of the classes leaves out what a picture does not teach, a checkpoint is whole at any moment, and nothing
is measured meanwhile: the weights are the moving average at the end.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from detector.errors import ArtifactMismatch, InputError
from detector.vision.ultralytics import ARCHITECTURE, Found, build, head_width, read_weights
from training.network import tensors
from training.network.shown import Shown

from ultralytics.models.yolo.detect import DetectionTrainer  # isort: skip
from ultralytics.nn.tasks import DetectionModel  # isort: skip
from ultralytics.utils.loss import E2ELoss, v8DetectionLoss  # isort: skip

Progress = Callable[[int, int, int, Mapping[str, float]], None]
"""Told epoch (from 1), batch (from 1), batches of an epoch, and the losses so far in the epoch."""
CLASS_ROWS = re.compile(r"cv3\.\d+\.2\.(weight|bias)$")
"""Names of the weights that have a row for each label."""
FEW = 256
"""Pictures on which statistics are measured."""


class MaskedLoss(v8DetectionLoss):  # type: ignore[misc]
    """The loss of Ultralytics, without what nobody knows.

    ``batch["teach"]``, shape ``(pictures, places, labels)``, says where the absence of a label is known.
    Elsewhere the class loss counts only where the label is boxed.
    """

    bce: Any

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._whole: Any = self.bce
        self.bce = self._known

    def get_assigned_targets_and_loss(self, preds: Any, batch: Any, **options: Any) -> Any:
        """Return the loss as Ultralytics does; see `v8DetectionLoss`."""
        self._teach = batch["teach"]
        return super().get_assigned_targets_and_loss(preds, batch, **options)

    def _known(self, scores: Any, target: Any) -> Any:
        return self._whole(scores, target) * (self._teach | (target > 0))


class MaskedNetwork(DetectionModel):  # type: ignore[misc]
    """A YOLO network that learns with `MaskedLoss`, in both heads where it has two."""

    def predict(self, x: Any, *given: Any, **options: Any) -> Any:
        """Return what the network answers; while it learns, in 16-bit numbers where that is faster."""
        if not self.training:
            return super().predict(x, *given, **options)
        with tensors.mixed(x):
            answer = super().predict(tensors.channels_last(x), *given, **options)
        return tensors.in_full(answer)

    def init_criterion(self) -> Any:
        """Return the loss."""
        if getattr(self.model[-1], "one2one_cv2", None) is not None:
            return E2ELoss(self, MaskedLoss)
        return MaskedLoss(self)


@dataclass(frozen=True, slots=True)
class Options:
    """How the network is fitted."""

    epochs: int
    batch: int
    learning_rate: float
    seed: int
    device: str
    """``cpu``, or the number of a GPU."""
    workers: int


def start_network(path: Path, had: tuple[str, ...], labels: tuple[str, ...]) -> tuple[Any, str]:
    """Build the network to be fitted, from the weights of another one.

    Args:
        path: Weights as safetensors.
        had: Labels that they know, in order; others than ours where empty.
        labels: Labels to be learnt, in order; those that the weights know keep what was learnt.

    Returns:
        The network, and the name of its architecture.

    Raises:
        ArtifactMismatch: If the file does not hold weights of a network that can be built.
    """
    state, architecture = read_weights(path)
    rows = [(labels.index(each), at) for at, each in enumerate(had) if each in labels]
    try:
        network = build(architecture, len(labels), head_width(state), MaskedNetwork)
        own = network.state_dict()
        for name, value in state.items():
            if CLASS_ROWS.search(name):
                for to, at in rows:
                    own[name][to].copy_(value[at])
            else:
                own[name].copy_(value)
    except (KeyError, IndexError, RuntimeError, FileNotFoundError, StopIteration) as error:
        raise ArtifactMismatch(
            f"the weights in {path} are not those of a {architecture} "
            f"({str(error).strip().splitlines()[-1]}); expected weights of a YOLO network as safetensors; "
            f"start from a model folder, or from weights that name their architecture"
        ) from error
    network.names = dict(enumerate(labels))
    return network, architecture


def remeasure(network: Any, shown: Shown, batch: int) -> None:
    """Measure the statistics of batch normalisation on some pictures of the train side."""
    picked = range(min(FEW, len(shown)))
    tensors.measure_statistics(
        network,
        (
            tensors.collate([shown.plain(at) for at in picked[start : start + batch]])
            for start in range(0, len(picked), batch)
        ),
    )


def fit(network: Any, shown: Shown, options: Options, run: Path, progress: Progress) -> Any:
    """Fit a network, or go on where the run's folder shows that it was interrupted.

    Args:
        network: From `start_network`; it is changed.
        shown: What it is shown.
        options: How it is fitted.
        run: Folder of the run: checkpoint with the losses so far, settings of Ultralytics.
        progress: Told after every batch.

    Returns:
        The moving average of the network over the run.

    Raises:
        InputError: If the loss grows beyond all numbers.
        SetupError: If the checkpoint is not the one that was written.
    """
    kept = tensors.load(run)
    if kept and kept.epoch + 1 >= options.epochs:
        network.load_state_dict(kept.state["ema"])
        return network
    trainer = Fit(network, shown, options, run, progress, kept)
    trainer.train()
    return trainer.ema.ema


class Fit(DetectionTrainer):  # type: ignore[misc]
    """Ultralytics' trainer; its own checkpoints, validation and data sets are not used.

    Not named a trainer: Ultralytics hangs the reporting to its platform on classes that are.
    """

    def __init__(
        self,
        network: Any,
        shown: Shown,
        options: Options,
        run: Path,
        progress: Progress,
        kept: tensors.Kept | None,
    ) -> None:
        self._shown, self._run, self._progress, self._kept = shown, run, progress, kept
        self._losses = list(kept.losses) if kept else []
        super().__init__(overrides=_arguments(options, shown, run))
        tensors.use_every_core()
        self.model = tensors.laid_out(network)
        self.add_callback("on_train_epoch_start", lambda fit: fit._shown.start(fit.epoch))
        self.add_callback("on_train_batch_start", lambda fit: fit._count())
        self.add_callback("on_train_batch_end", lambda fit: fit._tell())
        self._at = (-1, 0)

    def get_dataset(self) -> dict[str, Any]:
        """Return what Ultralytics asks of a data set: nothing to be read from disk."""
        labels = self._shown.how.labels
        return {
            "train": "",
            "val": "",
            "nc": len(labels),
            "names": dict(enumerate(labels)),
            "channels": 3,
        }

    def get_dataloader(self, *given: Any, batch_size: int = 16, **options: Any) -> Any:
        """Return the batches of our pictures, for every purpose."""
        return tensors.Loader(self._shown, min(batch_size, len(self._shown)), self.args.workers)

    def get_validator(self) -> Any:
        """Return nothing that measures: that is done on the finished model."""
        return SimpleNamespace(metrics=SimpleNamespace(keys=[]), args=self.args)

    def validate(self) -> tuple[dict[str, float], None]:
        """Measure nothing."""
        return {}, None

    def final_eval(self) -> None:
        """Measure nothing."""

    def save_metrics(self, metrics: Mapping[str, float]) -> None:
        """Note the losses of an epoch; they are kept with it."""
        losses = {name: value for name, value in metrics.items() if name.startswith("train/")}
        self._losses.append({"epoch": self.epoch + 1, **losses, "rate": self.lr["lr/pg0"]})

    def save_model(self) -> bool:
        """Keep everything that going on needs."""
        state = {
            "model": self.model.state_dict(),
            "ema": self.ema.ema.state_dict(),
            "updates": self.ema.updates,
            "optimizer": self.optimizer.state_dict(),
            "scaler": self.scaler.state_dict(),
        }
        tensors.save(self._run, tensors.Kept(self.epoch, state, self._losses))
        return True

    def resume_training(self, ckpt: Any) -> None:
        """Go on behind the last epoch that was kept."""
        if self._kept is None:
            return
        epoch, state = self._kept.epoch, self._kept.state
        self.model.load_state_dict(state["model"])
        self.ema.ema.load_state_dict(state["ema"])
        self.ema.updates = state["updates"]
        self.optimizer.load_state_dict(state["optimizer"])
        self.scaler.load_state_dict(state["scaler"])
        self.start_epoch = epoch + 1
        self.model.criterion = self.model.init_criterion()
        if hasattr(self.model.criterion, "update"):
            self.model.criterion.updates = epoch  # the weights of the two heads shift by epochs
            self.model.criterion.update()

    def _handle_nan_recovery(self, epoch: int) -> bool:
        loss = float(self.loss.detach())
        if not math.isfinite(loss):
            raise InputError(
                f"the loss is {loss} in epoch {epoch + 1}; expected a number; train with a "
                f"lower --lr"
            )
        return False

    def _count(self) -> None:
        epoch, batch = self._at
        self._at = (self.epoch, batch + 1 if epoch == self.epoch else 1)

    def _tell(self) -> None:
        losses = {name: float(value) for name, value in self.tloss.items()}
        self._progress(self.epoch + 1, self._at[1], len(self.train_loader), losses)


def _arguments(options: Options, shown: Shown, run: Path) -> dict[str, Any]:
    return {
        "model": ARCHITECTURE,  # a name that Ultralytics knows; the network is set afterwards
        "epochs": options.epochs,
        "imgsz": shown.how.side,
        "batch": options.batch,
        "nbs": options.batch,  # every batch is a step: none is half done at the end of an epoch
        "device": options.device,
        "workers": options.workers,
        "amp": tensors.half_precision(options.device),
        "optimizer": "AdamW",
        "lr0": options.learning_rate,
        "lrf": 0.05,
        "cos_lr": True,
        "momentum": 0.9,
        "warmup_epochs": 0.5,
        "warmup_bias_lr": 0.0,
        "seed": options.seed,
        "deterministic": True,
        "close_mosaic": 0,
        "val": False,
        "plots": False,
        "save_dir": str(run / "yolo"),
    }


def export(
    network: Any, weights: Path, onnx: Path, architecture: str, labels: tuple[str, ...], head: str
) -> None:
    """Write a network's weights, and the ONNX file that answers with one of its heads.

    Args:
        network: From `fit`; it is changed and not to be used afterwards.
        weights: File of the weights, 16-bit.
        onnx: File of the network as it is run; it is made of the same 16-bit numbers.
        architecture: Its name, kept beside the weights.
        labels: In the order of the network's answers.
        head: ``one2many`` or ``one2one``.
    """
    network = network.cpu().float()
    tensors.write_weights(network, weights, {"model": architecture, "labels": ",".join(labels)})
    tensors.write_onnx(Found(network, head), onnx)
