"""A model folder held against labelled items: what it finds, what it misses, how sure that is."""
