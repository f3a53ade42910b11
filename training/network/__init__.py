"""The network and how it is fitted: PyTorch and Ultralytics stay in here, each in one file."""
