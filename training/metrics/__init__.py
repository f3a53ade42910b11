"""Counts in, numbers with their intervals out: pure functions that know nothing of pictures or words.

Counts add up; ratios are never averaged. What cannot be said (0/0) is None, never 0 and never 1.
"""
