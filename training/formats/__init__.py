"""Annotation formats in and out: one file per format, each a `read` and a `write`."""
