"""Vietnamese full-text search: articles in, highlighted paragraphs out."""

__version__ = "0.1.0"
