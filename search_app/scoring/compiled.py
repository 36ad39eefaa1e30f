"""The kernels as machine code that releases the GIL; the only importer of numba.

Compiled code is kept beside this file (or in numba's own cache folder where that cannot be
written), so only the first run on a machine compiles. ``NUMBA_DISABLE_JIT=1`` interprets.
"""

from __future__ import annotations

import numba

from search_app.scoring import kernels

_compile = numba.njit(nogil=True, cache=True)

accumulate = _compile(kernels.accumulate)
accumulate_articles = _compile(kernels.accumulate_articles)
count_articles = _compile(kernels.count_articles)
mark = _compile(kernels.mark)
phrase = _compile(kernels.phrase)
