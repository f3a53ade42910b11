"""Frames in, sightings out: one file per runtime behind the seam in `base`."""
