"""While a file is decoded, the process can open nothing more; afterwards it can again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

TRY = """
import socket, sys
from detector.media.confine import confined
from detector.media.wire import Job
open_file = open(sys.argv[1], "rb")
job = Job("", 2.0, False, True, 640, 1, 1, cpu_s=60.0, cpu_s_per_s=2.0, memory_mib=1024)

def attempt():
    {attempt}

with confined(job):
    assert open_file.read(1), "a file that was open before stays readable"
    try:
        attempt()
    except OSError:
        pass
    else:
        sys.exit("it was possible")
attempt()
"""


@pytest.mark.parametrize(
    "attempt",
    [
        pytest.param("open(sys.argv[1], 'rb').close()", id="file"),
        pytest.param("socket.socket().close()", id="socket"),
    ],
)
def test_a_confined_process_opens_nothing(attempt: str) -> None:
    code = TRY.replace("{attempt}", attempt)

    done = subprocess.run(
        [sys.executable, "-c", code, __file__],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
