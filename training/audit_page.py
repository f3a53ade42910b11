"""The report of a label audit: one HTML page with pictures that needs nothing else."""

from __future__ import annotations

import base64

import cv2
import numpy as np

from detector.errors import InputError
from training import pictures
from training.audit import Audit
from training.html import render
from training.remarks import Sample

SIDE = 240
"""Longer side of a picture in the report, in pixels."""


def audit_page(audit: Audit) -> str:
    """Return the report of an audit: one HTML page that needs nothing else."""
    remarks = [
        (each, [(sample, picture_address(sample)) for sample in each.samples])
        for each in audit.remarks
    ]
    return render(
        "audit.html", {"audit": audit, "manifest": audit.source.manifest, "remarks": remarks}
    )


def picture_address(sample: Sample) -> str:
    """Return the sample's picture with its boxes as a ``data:`` address; empty where it has none."""
    if sample.example is None:
        return ""
    try:
        small = np.array(pictures.thumbnail(sample.example.path, SIDE))
    except InputError:
        return ""
    height, width = small.shape[:2]
    for _, (left, top, right, bottom) in sample.boxes:
        corners = (
            (round(left * width), round(top * height)),
            (round(right * width), round(bottom * height)),
        )
        cv2.rectangle(small, *corners, (0, 0, 0), 3)
        cv2.rectangle(small, *corners, (255, 220, 0), 1)
    return "data:image/webp;base64," + base64.b64encode(pictures.webp(small)).decode("ascii")
