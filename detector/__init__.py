"""The runtime: a post goes in, a verdict comes out. It knows nothing of training."""
