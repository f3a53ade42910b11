"""Keeps Ultralytics to itself: no network, no installs, no settings outside one folder.

Ultralytics reads its environment and writes a settings file while it is imported, so this is called
before. Its analytics need both a connection and `sync`; here they have neither.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_kept: list[Path] = []


def keep_to(folder: Path | None = None) -> None:
    """Set the environment that Ultralytics reads when it is imported; the first call decides.

    Args:
        folder: Where it writes its settings; None takes a temporary folder that goes with the process.
    """
    if _kept:
        return
    if folder is None:
        folder = Path(tempfile.mkdtemp(prefix="wardi-yolo-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    _kept.append(folder)
    os.environ |= {
        "YOLO_CONFIG_DIR": str(folder.resolve()),
        "YOLO_OFFLINE": "1",
        "YOLO_AUTOINSTALL": "0",
        "YOLO_VERBOSE": "0",
    }
