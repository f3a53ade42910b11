"""An evaluation for people (one HTML file that stands alone) and for programs (JSON with a schema)."""
