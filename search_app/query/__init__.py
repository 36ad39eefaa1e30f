"""From what a person typed to neutral nodes."""

from search_app.query.parse import parse

__all__ = ["parse"]
