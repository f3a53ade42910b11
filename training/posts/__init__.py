"""Posts with known truth, built from held-out pictures and texts, to measure the whole chain on."""
