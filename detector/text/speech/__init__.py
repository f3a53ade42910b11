"""Words that are spoken: heard only where something that hears is installed."""
