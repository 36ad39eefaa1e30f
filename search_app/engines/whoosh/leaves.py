"""Where the leaves of a query stand in a segment, as posting lists.

A term has its list in the segment's file, and a leaf may have several: a prefix one a term, two
neighbours of which one is typed without accents one a pair. What has none, a phrase of three
terms or more, is given one here, in bytes of its own; the place of such a list is ``~at``, a
negative number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from search_app.engines.whoosh.columns import Array
from search_app.engines.whoosh.lists import PostingList, as_list, count_live, head, read_list, union
from search_app.engines.whoosh.segment import Segment
from search_app.jit import kernel
from search_app.query.nodes import Leaf, Phrase, Prefix, Term

_NONE: Array = np.zeros(0, np.uint8)
_NONE.flags.writeable = False


class Leaves:
    """The lists of one query's leaves in one segment, each found once."""

    def __init__(self, segment: Segment) -> None:
        """``made`` has the bytes of the lists that are not in the segment's file."""
        self._segment = segment
        self._found: dict[Leaf, list[PostingList]] = {}
        self.made = _NONE

    def lists(self, leaf: Leaf) -> list[PostingList]:
        """The lists of a leaf, none of them empty; a paragraph may stand in several of them."""
        found = self._found.get(leaf)
        if found is None:
            found = self._found[leaf] = [one for one in self._lists_of(leaf) if one.paragraphs]
        return found

    def one(self, leaf: Term | Prefix) -> PostingList | None:
        """The list of a leaf that is evidence: that of a prefix is of all its terms together."""
        if isinstance(leaf, Term):
            listed = self._segment.list_of(leaf.stream, leaf.term)
            return listed if listed.paragraphs else None
        found = self.lists(leaf)
        if len(found) > 1:
            starts = np.array([listed.start for listed in found], np.int64)
            docs, frequencies = union(self._segment.data, starts, len(self._segment))
            found = self._found[leaf] = [self._make(np.repeat(docs, frequencies))]
        return found[0] if found else None

    def counted(self, listed: PostingList) -> tuple[int, int]:
        """In how many paragraphs, and articles, that are not deleted a list's term stands."""
        if not self._segment.deleted:
            return listed.paragraphs, listed.articles
        segment, (data, at) = self._segment, self._bytes_of(listed)
        counts: tuple[int, int] = count_live(
            data, at, listed.paragraphs, segment.live, segment.article_of
        )
        return counts

    def frequency(self, listed: PostingList, first: int, last: int) -> int:
        """How often a list's term stands in the paragraphs from ``first`` up to ``last``."""
        data, at = self._bytes_of(listed)
        docs, frequencies = read_list(data, at, listed.paragraphs)
        start, end = np.searchsorted(docs, [first, last])
        return int(frequencies[start:end].sum())

    def _bytes_of(self, listed: PostingList) -> tuple[Array, int]:
        """The bytes that a list is in, and where in them its first posting is."""
        return (self.made, ~listed.at) if listed.at < 0 else (self._segment.data, listed.at)

    def _lists_of(self, leaf: Leaf) -> Iterable[PostingList]:
        match leaf:
            case Term(stream, term):
                return [self._segment.list_of(stream, term)]
            case Prefix(stream, prefix):
                places = self._segment.terms[stream].prefixed(prefix.encode())
                return [self._segment.list_at(stream, place) for place in places]
            case Phrase(terms):
                return self._phrase(terms)

    def _phrase(self, terms: Sequence[Term]) -> Iterable[PostingList]:
        """Of two terms their pair's; of more, what stands in a row where the rarest pair does."""
        pairs = [self._pair(left, right) for left, right in pairwise(terms)]
        if len(pairs) == 1:
            return pairs[0]
        rarest = min(pairs, key=lambda lists: sum(one.paragraphs for one in lists))
        if not rarest:
            return []
        segment = self._segment
        docs = np.unique(np.concatenate([segment.postings(one).docs for one in rarest]))
        wanted = [segment.place(term.stream, term.term) for term in terms]
        bare = [term.stream == "folded" for term in terms]
        columns = segment.token_ends, segment.tokens, segment.fold_of
        stands = in_a_row(docs, *columns, np.array(wanted, np.int64), np.array(bare))
        return [self._make(docs[stands])]

    def _pair(self, left: Term, right: Term) -> list[PostingList]:
        """The lists of two neighbours; those of a bare one are of all that it may be."""
        if left.stream == right.stream == "folded":
            lists = [self._segment.list_of("folded_pairs", f"{left.term}_{right.term}")]
        else:
            lists = self._segment.pair_lists(self._syllables(left), self._syllables(right))
        return [listed for listed in lists if listed.paragraphs]

    def _syllables(self, term: Term) -> Array:
        """The syllables that a term may be, as places in their vocabulary."""
        place = self._segment.place(term.stream, term.term)
        if place is None:
            return np.zeros(0, np.int64)
        if term.stream == "folded":
            return self._segment.accented(place)
        return np.array([place], np.int64)

    def _make(self, docs: Array) -> PostingList:
        """A list of its own for these paragraphs, each as often as the term is there."""
        made = as_list(docs, self._segment.article_of)
        start = len(self.made)
        at, paragraphs, articles = head(made, 0)
        # Read-only as the segment's file is, so that kernels take either.
        self.made = np.concatenate([self.made, made])
        self.made.flags.writeable = False
        return PostingList(~start, ~(start + at), paragraphs, articles)


@kernel
def in_a_row(
    docs: Array, token_ends: Array, tokens: Array, fold_of: Array, wanted: Array, bare: Array
) -> Array:
    """Whether the wanted terms stand in a row, for each of ``docs`` (bool, one a doc).

    ``wanted`` are places in the syllables' vocabulary, or, where ``bare`` is true, in the
    folded one, which ``fold_of`` leads to.
    """
    found = np.zeros(len(docs), np.bool_)
    length = len(wanted)
    for i in range(len(docs)):
        end = token_ends[docs[i] + 1]
        for start in range(token_ends[docs[i]], end - length + 1):
            matched = 0
            while matched < length:
                token = tokens[start + matched]
                if (fold_of[token] if bare[matched] else token) != wanted[matched]:
                    break
                matched += 1
            if matched == length:
                found[i] = True
                break
    return found
