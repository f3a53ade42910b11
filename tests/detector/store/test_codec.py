"""What is kept as JSON reads back as it was, rows of an older program included."""

from __future__ import annotations

import json
from dataclasses import replace

from detector.evidence import Gap, MediaEvidence
from detector.store.codec import from_json, to_json
from tests.kept import media_evidence


def test_the_channel_of_a_gap_reads_back() -> None:
    deaf = replace(media_evidence(), gaps=(Gap(0.0, 10.0, "its sound: damaged", "speech"),))

    assert from_json(MediaEvidence, to_json(deaf), owner="a test") == deaf


def test_a_gap_that_was_kept_before_gaps_had_channels_is_one_of_frames() -> None:
    kept = json.loads(to_json(media_evidence()))
    for gap in kept["gaps"]:
        del gap["channel"]

    [gap] = from_json(MediaEvidence, json.dumps(kept), owner="a test").gaps

    assert gap.channel == "frames"
