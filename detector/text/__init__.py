"""Words in, topic probabilities out: one file per library behind the seams in `base`."""
