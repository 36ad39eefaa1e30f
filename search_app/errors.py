"""Everything that can go wrong for a reason a person can act on. No HTTP in it.

Each error has a ``code`` that stays the same (pages translate by it), values to fill into a
message, and an English message that names the thing and says what to do.
"""

from __future__ import annotations

from pathlib import Path


class SearchError(Exception):
    """The root of all of them."""

    code = "error"


class BadQuery(SearchError):
    """A query or a parameter that cannot be answered. ``parameter`` is its name.

    ``value`` is what was wrong of it, where that is not all.
    """

    def __init__(self, code: str, parameter: str, message: str, value: str | None = None) -> None:
        """``code`` names the kind of mistake, ``message`` says what is wanted."""
        super().__init__(f"{parameter}: {message}")
        self.code = code
        self.parameter = parameter
        self.value = value


class BadArticle(SearchError):
    """An article that cannot be indexed: ``where`` is a file, or ``file:line``."""

    code = "bad_article"

    def __init__(self, where: str, reason: str) -> None:
        """``reason`` completes the sentence "<where>: …"."""
        super().__init__(f"{where}: {reason}")
        self.where = where
        self.reason = reason


class BadSynonyms(SearchError):
    """A file of synonyms that cannot be read: ``where`` is the file, or ``file:line``."""

    code = "bad_synonyms"

    def __init__(self, where: str, reason: str) -> None:
        """``reason`` completes the sentence "<where>: …"."""
        super().__init__(f"{where}: {reason}")
        self.where = where
        self.reason = reason


class ArticleMissing(SearchError):
    """No article has this id."""

    code = "article_missing"

    def __init__(self, article_id: str) -> None:
        """``article_id`` as it was asked for."""
        super().__init__(f"no article has the id {article_id!r}")


class IndexMissing(SearchError):
    """There is no index in the folder."""

    code = "index_missing"

    def __init__(self, folder: Path) -> None:
        """``folder`` is where the index was looked for."""
        super().__init__(
            f"no index in {folder}: build one with 'search-app index --index {folder}'"
        )


class IndexCorrupt(SearchError):
    """A file of the index is damaged or gone."""

    code = "index_corrupt"

    def __init__(self, file: Path, reason: str) -> None:
        """``reason`` completes the sentence "<file>: …"."""
        super().__init__(
            f"{file}: {reason}; rebuild with 'search-app index --rebuild --index {file.parent}'"
        )
        self.file = file
        self.reason = reason


class IndexUnreadable(IndexCorrupt):
    """A file of the index, or its folder, cannot be read: nothing says that it is damaged."""

    code = "index_unreadable"

    def __init__(self, file: Path, error: OSError) -> None:
        """``error`` is what the system says."""
        self.file = file
        self.reason = f"cannot be read: {error.strerror or error}"
        SearchError.__init__(self, f"{file}: {self.reason}")


class IndexOutdated(SearchError):
    """The index was built by another analyzer or in another format."""

    code = "index_outdated"

    def __init__(self, folder: Path, found: str, wanted: str) -> None:
        """``found`` and ``wanted`` are versions."""
        super().__init__(
            f"{folder} was built by {found}, this is {wanted}: "
            f"rebuild with 'search-app index --rebuild --index {folder}'"
        )


class IndexLocked(SearchError):
    """Another process is writing to the index."""

    code = "index_locked"

    def __init__(self, folder: Path, holder: str) -> None:
        """``holder`` says who has the lock."""
        super().__init__(f"{folder} is being written by {holder}: wait for it, or stop it")


class DiskFull(SearchError):
    """There is no room to write the index, on the disk or in what a user may have of it."""

    code = "disk_full"

    def __init__(self, folder: Path) -> None:
        """``folder`` is that of the index."""
        super().__init__(
            f"{folder}: no space is left to write to; the index is as it was, "
            "so free some and run this again"
        )


class EngineUnavailable(SearchError):
    """The engine cannot be reached or is not installed."""

    code = "engine_unavailable"
