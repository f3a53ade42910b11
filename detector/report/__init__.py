"""Records -> table, JSON lines, CSV, Parquet, HTML. It knows values, never how they came to be."""
