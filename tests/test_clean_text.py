"""Text as it is stored: one line, in NFC, the author's spaces kept."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_app.analysis import nfc
from search_app.ingest.text import clean


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  Dân vận khéo ", "Dân vận khéo"),
        ("Dân vận\nkhéo\t", "Dân vận khéo"),
        ("Dân \r\n\t vận\u2028khéo", "Dân vận khéo"),
        ("Dân\u00a0vận  khéo", "Dân\u00a0vận  khéo"),
        ("Dân\x00 vận\x7f khéo\x1f", "Dân vận khéo"),
        ("Da\x00\u0302n vận", "Dân vận"),  # a control character kept the letter from its accent
        ("Da\u0302n va\u0323\u0302n", "Dân vận"),
        ("Dân v\u00adận k\u200bhéo\ufeff", "Dân vận khéo"),
        ("\u00a0Dân vận\u3000", "Dân vận"),
        ("\n\t ", ""),
        ("", ""),
    ],
)
def test_a_text_is_cleaned(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@settings(max_examples=500, deadline=None)
@given(
    st.text(
        st.sampled_from("ađ \u0301\n\t\x00\x1f\x7f\x85\u2028\u00a0\u200b\u3000") | st.characters()
    )
)
def test_any_text_becomes_one_line_without_control_characters(text: str) -> None:
    cleaned = clean(text)
    assert not {unicodedata.category(c) for c in cleaned} & {"Cc", "Zl", "Zp"}
    assert cleaned == cleaned.strip() == nfc(cleaned) == clean(cleaned)
    unseen = ("Cc", "\u00ad", "\u200b", "\u2060", "\ufeff")
    kept = (c for c in text if not {c, unicodedata.category(c)} & {*unseen} and not c.isspace())
    assert "".join(nfc("".join(kept)).split()) == nfc("".join(cleaned.split()))
