"""Intake: whatever posts come in, a folder or a list, becomes `Post`s and named problems."""

from detector.intake.base import Intake as Intake
from detector.intake.reading import read_posts as read_posts

__all__ = ["Intake", "read_posts"]
