"""Who runs a scan: this machine for now. The pipeline's stages do not know."""
