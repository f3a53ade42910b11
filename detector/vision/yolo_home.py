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


def keep_to(folder: Path | None = None) -> None:
    """Set the environment that Ultralytics reads when it is imported.

    Args:
        folder: Where it writes its settings; None takes a temporary folder that goes with the process.
    """
    if folder is None:
        folder = Path(tempfile.mkdtemp(prefix="wardi-yolo-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "YOLO_CONFIG_DIR": str(folder.resolve()),
        "YOLO_OFFLINE": "1",
        "YOLO_AUTOINSTALL": "0",
        "YOLO_VERBOSE": "0",
    }
