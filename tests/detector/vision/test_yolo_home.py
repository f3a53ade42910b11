from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

from tests.test_offline import BLOCKED

ROOT = Path(__file__).resolve().parents[3]


def test_ultralytics_writes_nothing_at_home_and_sends_nothing(tmp_path: Path) -> None:
    for part in ("home", "site"):
        (tmp_path / part).mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(BLOCKED)
    program = textwrap.dedent("""
        import detector.vision.ultralytics
        from ultralytics.utils import ONLINE, SETTINGS, AUTOINSTALL
        from ultralytics.utils.events import events
        assert not ONLINE and not AUTOINSTALL
        assert not SETTINGS["sync"]
        assert not events.enabled
        print(SETTINGS.file)
    """)
    environment = os.environ | {
        "HOME": str(tmp_path / "home"),
        "PYTHONPATH": os.pathsep.join([str(tmp_path / "site"), str(ROOT)]),
        "YOLO_OFFLINE": "0",
        "YOLO_CONFIG_DIR": str(tmp_path / "home"),
    }

    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "home").iterdir()) == []
    assert not Path(done.stdout.strip()).exists()  # it went with the process
