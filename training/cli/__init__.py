"""The verbs of `training`, mounted into `wardi` through the entry-point group ``wardi.verbs``."""
