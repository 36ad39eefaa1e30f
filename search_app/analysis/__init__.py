"""From a text to its tokens: the one analysis that documents and queries share."""

from search_app.analysis.abbreviations import abbreviations, abbreviations_of
from search_app.analysis.analyzer import ANALYZER_VERSION, analyze, analyze_all, folded_terms
from search_app.analysis.fold import fold
from search_app.analysis.normalize import INVISIBLE, beginnings, canonical, legible, nfc, usual

__all__ = [
    "ANALYZER_VERSION",
    "INVISIBLE",
    "abbreviations",
    "abbreviations_of",
    "analyze",
    "analyze_all",
    "beginnings",
    "canonical",
    "fold",
    "folded_terms",
    "legible",
    "nfc",
    "usual",
]
