"""Loops over arrays as machine code that releases the GIL; the only importer of numba.

A kernel is a plain function over arrays and numbers that allocates little, writes nothing that
is shared, and calls nothing but other kernels. Compiled code is kept beside its source (or in
numba's own cache folder where that cannot be written), so only the first run on a machine
compiles; where neither can be, every run does. It is compiled anew where the kernel, one that it
calls, or a constant of theirs is another than before. ``NUMBA_DISABLE_JIT=1`` interprets;
``kernel.py_func`` is the plain function.
"""

from __future__ import annotations

import logging
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from hashlib import blake2b
from threading import Event, Thread
from types import ModuleType
from typing import Any, TypeAlias, TypeVar, cast

import numba
import numpy as np
from numba.core.caching import FunctionCache
from numba.core.dispatcher import Dispatcher

Int: TypeAlias = Any
"""A whole number in a kernel: Python's or one of numpy's, which are one to machine code."""
Kernel = TypeVar("Kernel", bound=Callable[..., Any])

_log = logging.getLogger(__name__)
_KERNELS: list[Any] = []
_GLANCE = 0.05
"""Seconds between two looks whether anything was compiled."""
_PACKAGE = __name__.partition(".")[0]
_CONSTANT = (bool, int, float, str, bytes, tuple, np.ndarray, np.generic)
"""What a kernel takes from its module as it is when it is compiled."""


def kernel(function: Kernel) -> Kernel:
    """The function, compiled for the types of its first call."""
    return _compiled(function, nogil=True)


def brief(function: Kernel) -> Kernel:
    """A kernel that keeps the GIL, as it takes less time than to wait for it again."""
    return _compiled(function, nogil=False)


def _compiled(function: Kernel, *, nogil: bool) -> Kernel:
    if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
        # As machine code does: of a number that is too large the highest bits are lost.
        return np.errstate(over="ignore")(function)
    options = {"nogil": nogil, "error_model": "numpy", "no_cfunc_wrapper": True}
    njit: Any = numba.njit  # numba's own stub leaves out some of its options
    compiled = njit(**options)(function)
    try:
        compiled._cache = _Cache(function)  # as its ``enable_caching`` does
    except RuntimeError:  # numba found no folder that can be written
        _warn_uncached()
    _KERNELS.append(compiled)
    # Most kernels are only called by others, and need not take Python's objects apart; that is a
    # fourth of the time to compile them all. So kernels that call this one get one that cannot,
    # and the same for a number that is written out as for one that is not.
    inner = njit(no_cpython_wrapper=True, **options)(function)
    compiled.get_overload = inner.get_overload
    compiled.get_call_template = lambda types, named: inner.get_call_template(
        tuple(map(numba.types.unliteral, types)), named
    )
    return cast(Kernel, compiled)


class _Cache(FunctionCache):
    """numba's, but for what is kept when, and for disks that fail.

    numba holds a kernel's own file against its code, which has that of the kernels it calls in it;
    here both are, and nothing else. What cannot be read is compiled again, and what cannot be kept
    is run once: a full disk or the loss of power leaves files that are cut short.
    """

    def _index_key(self, sig: Any, codegen: Any) -> Any:
        return *super()._index_key(sig, codegen), str(_fields_of(sig))

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The compiled code, or None."""
        self._cache_file._source_stamp = _fingerprint(self._py_func)
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # what a broken pickle raises is anybody's guess
            with suppress(OSError):
                self.flush()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep it, if it can be kept."""
        try:
            super().save_overload(sig, data)
        except OSError:
            _warn_uncached()


def _fields_of(numba_type: Any) -> list[Any]:
    """The names in the named tuples that a kernel is given: machine code knows their order."""
    inner = [*getattr(numba_type, "types", ()), *(getattr(numba_type, "args", None) or ())]
    inner += numba_type if isinstance(numba_type, tuple) else []
    return [getattr(numba_type, "fields", None), *map(_fields_of, inner)]


def _fingerprint(function: Callable[..., Any]) -> str:
    """A digest of what a kernel's machine code is made of, but for what it is called with."""
    seen, left = set[Callable[..., Any]](), [function]
    while left:
        one = left.pop()
        if one not in seen:
            seen.add(one)
            left += _own_part(one)[1]
    parts = sorted(_own_part(one)[0] for one in seen)
    return blake2b(b"".join(parts), digest_size=16).hexdigest()


@cache
def _own_part(function: Callable[..., Any]) -> tuple[bytes, list[Callable[..., Any]]]:
    """A digest of a function's code and of the constants that it names; and the kernels it does."""
    code: Any = function.__code__
    known = function.__globals__
    named = [known[name] for name in code.co_names if name in known]
    modules = [value for value in named if isinstance(value, ModuleType)]
    own = [vars(module) for module in modules if module.__name__.startswith(_PACKAGE)]
    named += [names[name] for names in own for name in code.co_names if name in names]
    constants = [value for value in named if isinstance(value, _CONSTANT)]
    constants += [value._fields for value in named if hasattr(value, "_fields")]
    digest = blake2b(repr((code.co_code, code.co_consts, code.co_names, code.co_varnames)).encode())
    digest.update(pickle.dumps(constants))
    return digest.digest(), [value.py_func for value in named if isinstance(value, Dispatcher)]


@cache
def _warn_uncached() -> None:
    """Once, not for each of the kernels."""
    _log.warning(
        "compiled code can be kept nowhere, so every start compiles all of it again: "
        "set NUMBA_CACHE_DIR to a folder that can be written and has room"
    )


def compiled() -> int:
    """How many kernels this process had to compile, as the cache had none for them."""
    return sum(sum(kernel.stats.cache_misses.values()) for kernel in _KERNELS)


@contextmanager
def when_compiling(act: Callable[[Event], object]) -> Iterator[None]:
    """Call ``act`` in a thread beside the block, once that has to compile a kernel; else never.

    It is handed what is set when the block ends.
    """
    over, before = Event(), compiled()

    def look() -> None:
        while compiled() == before:
            if over.wait(_GLANCE):
                return
        act(over)

    Thread(target=look).start()
    try:
        yield
    finally:
        over.set()


class Prepared:
    """A kernel that is only ever called with the types of its first call.

    They are looked at once: for the thirty arrays of a segment that takes longer than a small
    search. Of an array in another call no more is checked than its dimensions and item size.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        """Nothing is compiled yet."""
        self._function = function
        self._code: Callable[..., Any] | None = None

    def __call__(self, *arguments: Any) -> Any:
        """What the kernel gives."""
        if self._code is None:
            compiled = getattr(self._function, "compile", None)  # None: it is interpreted
            types = tuple(map(numba.typeof, arguments)) if compiled else ()
            self._code = compiled(types) if compiled else self._function
        return self._code(*arguments)
