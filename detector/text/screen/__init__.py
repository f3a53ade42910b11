"""Words that stand in the picture: found, followed, read once."""
