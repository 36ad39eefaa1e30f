"""pyvi as it is, to hold our words against, and the texts to do it on."""

from __future__ import annotations

import json
import lzma
import re
import warnings
from pathlib import Path

from hypothesis import strategies as st

from search_app.analysis import nfc

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # invalid escapes in its regular expressions
    from pyvi.ViTokenizer import ViTokenizer

NEWS = Path(__file__).resolve().parents[2] / "shared/data/news.jsonl.xz"

PIECES = ["dân vận", "Kiên Giang", "công tác", "xã hội", "HÒA BÌNH", "Nhân dân", "TƯ", "ĐẦU", "Đ."]
PIECES += ["TP.HCM", "Tp. ", "Mr.", "Mrs.", "ThS.", "A.B", "1.000", "1.000.000", "12.345,6", "4_5"]
PIECES += ["a_b", "_", "__", " ", " ", "\n", "\u00a0", "\x1c", "\0", "http://x.vn/a_b?c=1", "://"]
PIECES += ["an@báo.vn", "a.b-c+d@x.com.vn.", "@", ".", "..", "...", "->", "==>", "=>", ">>", "–"]
PIECES += ["“", "05-CT/TW", "🙂", "漢", "\U00020000", "\U0001d7ce", "٣", "½", "²", "ﬁ", "ß", "İ"]
PIECES += ["ΑΣ", "ǅ", "\u0301", "\u0302", "\u031b", "\ud800", "\udc00\udfff", "7", "2017", "ð"]
TEXTS = st.lists(
    st.sampled_from(PIECES) | st.text(max_size=4) | st.text("aB1._-@/:đĐ,+ ", max_size=8),
    max_size=14,
).map(lambda pieces: nfc("".join(pieces)))


def tokenized(text: str) -> str:
    """What ``ViTokenizer.tokenize`` prints of what it can be handed."""
    printed: str = ViTokenizer.tokenize(_readable(text))
    return printed if printed.strip() else ""


def pieces(text: str) -> list[str]:
    """What pyvi cuts a text into before it joins any."""
    found: list[str] = ViTokenizer.sylabelize(_readable(text))[1]
    return found


def news(every: int) -> list[str]:
    """The title, lead and paragraphs of every so many-th news article."""
    with lzma.open(NEWS, "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for number, line in enumerate(lines) if number % every == 0]
    texts = (text for a in articles for text in (a["title"], a["lead"], *a["paragraphs"]))
    return [nfc(text) for text in texts if text]


def _readable(text: str) -> str:
    """White space as blanks (a newline would be a token), and no half of a surrogate pair."""
    return re.sub(r"\s", " ", re.sub("[\ud800-\udfff]", "\ufffd", text))
