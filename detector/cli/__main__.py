"""``python -m detector.cli``: the same as ``wardi``."""

from detector.cli import main

main()
