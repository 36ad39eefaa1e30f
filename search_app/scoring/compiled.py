"""The kernels as machine code."""

from __future__ import annotations

from search_app.jit import kernel
from search_app.scoring import kernels

accumulate = kernel(kernels.accumulate)
accumulate_articles = kernel(kernels.accumulate_articles)
count_articles = kernel(kernels.count_articles)
mark = kernel(kernels.mark)
phrase = kernel(kernels.phrase)
