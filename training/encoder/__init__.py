"""Fits the small encoder of `detector.text.encoder` and writes it as a network without PyTorch."""
