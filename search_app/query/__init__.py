"""From what a person typed to neutral nodes: ``parse.parse``."""
