"""Which page numbers to offer: the ends, the neighbours, and gaps between them."""

from __future__ import annotations

from collections.abc import Iterator

from search_app.service import MAX_DEPTH


def last_page(articles: int, size: int) -> int:
    """The number of the last page that can be paged to, at least 1."""
    return max(1, min(-(-articles // size), MAX_DEPTH // size))


def page_numbers(page: int, last: int) -> Iterator[int | None]:
    """The numbers to show in order; None stands for a gap of two or more."""
    near = {page - 1, page, page + 1}
    shown = sorted(number for number in near | {1, last} if 1 <= number <= last)
    before = 0
    for number in shown:
        if number - before == 2:
            yield number - 1
        elif number - before > 2:
            yield None
        yield number
        before = number
