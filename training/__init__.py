"""Labelled examples go in, a model folder and its numbers come out."""
