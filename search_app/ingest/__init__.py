"""A document's journey from files to the index: read, compared with what is there, analyzed."""

from search_app.ingest.build import analyzed_under, build_index
from search_app.ingest.readers import FORMATS
from search_app.ingest.text import clean
from search_app.ingest.values import Progress, Report

__all__ = ["FORMATS", "Progress", "Report", "analyzed_under", "build_index", "clean"]
