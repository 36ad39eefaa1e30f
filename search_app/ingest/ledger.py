"""What a run has read, held against what the index has: the decision on every file and article.

Comes in: the index's record of its articles and files, then what is read, in order. Goes out:
which articles to write and to remove, what is refused, and the record to keep.
An article is known by its id. The file that holds it keeps it until that file is gone or,
read whole, no longer has it; so nothing is lost by a file that is damaged.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import lru_cache

from search_app.engines.base import Origin
from search_app.errors import BadArticle
from search_app.ingest.digest import content_digest
from search_app.ingest.files import Inputs, is_gone, is_under
from search_app.ingest.readers import Item, article_ids
from search_app.ingest.values import Change, InputFile, Report


class Ledger:
    """The account of one run."""

    def __init__(
        self, origins: Mapping[str, Origin], digests: Mapping[str, str], inputs: Inputs
    ) -> None:
        """``origins`` and ``digests`` (of files) are the index's record before the run."""
        self._origins = origins
        self._digests = digests
        self._inputs = inputs
        self._ids = _ids_by_file(origins)
        self._ids_ahead = lru_cache(maxsize=16)(article_ids)
        self._seen: dict[str, str] = {}  # id → where it was read
        # File → digest; None where it was not read whole, empty where it is read again at the next
        # run, as another has an id of its.
        self._settled: dict[str, str | None] = {}
        self._rejected = list(inputs.rejected)
        self._tally: Counter[str] = Counter()

    def known(self, path: str) -> int:
        """How many articles the index has of a file."""
        return len(self._ids.get(path, ()))

    def named(self, file: InputFile) -> InputFile:
        """The file with the id that its article has in the index already, where it has one."""
        ids = self._ids.get(file.path)
        return replace(file, id=ids[0]) if ids else file

    def keeps(self, file: InputFile, digest: str | None) -> bool:
        """Whether the file is as it was when it was last read whole, and need not be read."""
        if digest is None or self._digests.get(file.path) != digest:
            return False
        self._settled[file.path] = digest
        self._tally["unchanged"] += self.known(file.path)
        return True

    def take(self, file: InputFile, item: Item) -> Change | None:
        """The article to write with where it comes from, if it is new, changed or moved here.

        What is wrong in a file is noted; its articles that are not seen this time stay.
        """
        checked = self._checked(file, item)
        if isinstance(checked, BadArticle):
            self._rejected.append(checked)
            if checked is item:
                self._settled[file.path] = None
            else:
                self._settled.setdefault(file.path, "")
            return None
        article = checked.article
        self._seen[article.header.id] = checked.where
        before = self._origins.get(article.header.id)
        origin = Origin(file.path, content_digest(article))
        if origin == before:
            self._tally["unchanged"] += 1
            return None
        self._tally["updated" if before else "added"] += 1
        self._tally["paragraphs"] += len(article.body)
        return article, origin

    def finish(self, file: InputFile, digest: str | None) -> None:
        """Note that a file was read to its end."""
        self._settled.setdefault(file.path, digest)

    def lost(self) -> list[str]:
        """The ids to remove, once all is read."""
        lost = filter(self._has_lost, self._ids)
        return [article_id for path in lost for article_id in self._unseen(path)]

    def digests(self) -> dict[str, str]:
        """The record of files to keep: of those read whole now, and those not looked at."""
        old = {path: digest for path, digest in self._digests.items() if path not in self._settled}
        new = {path: digest for path, digest in self._settled.items() if digest}
        return {path: digest for path, digest in old.items() if not is_gone(path)} | new

    def has_news(self, lost: Collection[str]) -> bool:
        """Whether there is something to commit: an index without articles may not exist yet."""
        written = self._tally["added"] + self._tally["updated"]
        return bool(written or lost or not self._origins) or self.digests() != self._digests

    def report(self, removed: int, seconds: float) -> Report:
        """What the run did; an article that stays because its file is faulty is unchanged."""
        faulty = (path for path, digest in self._settled.items() if digest is None)
        stayed = sum(len(self._unseen(path)) for path in faulty)
        return Report(
            added=self._tally["added"],
            updated=self._tally["updated"],
            removed=removed,
            unchanged=self._tally["unchanged"] + stayed,
            rejected=tuple(self._rejected),
            paragraphs=self._tally["paragraphs"],
            seconds=seconds,
            passed_over=Counter(self._inputs.passed_over.values()),
        )

    def _unseen(self, path: str) -> list[str]:
        return [key for key in self._ids.get(path, ()) if key not in self._seen]

    def _checked(self, file: InputFile, item: Item) -> Item:
        """The item, or its rejection where its id is another article's."""
        if isinstance(item, BadArticle):
            return item
        article_id = item.article.header.id
        holder = self._holder(article_id, file)
        if holder is None:
            return item
        return BadArticle(item.where, f"its id {article_id!r} is that of {holder} already")

    def _holder(self, article_id: str, file: InputFile) -> str | None:
        """Where else the id is: read already in this run, or held by another file's article."""
        owner = self._origins.get(article_id)
        if article_id in self._seen or owner is None or owner.file == file.path:
            return self._seen.get(article_id)
        return owner.file if self._still_has(owner.file, article_id) else None

    def _still_has(self, path: str, article_id: str) -> bool:
        if path in self._settled:
            return not self._has_lost(path)
        if path not in self._inputs.files:
            return not is_gone(path)
        ids = self._ids_ahead(self.named(self._inputs.files[path]))
        return ids is None or article_id in ids

    def _has_lost(self, path: str) -> bool:
        """Whether what the index has of a file, and was not seen, is gone from it for certain."""
        if path in self._settled:
            digest = self._settled[path]
            return digest is not None and digest != self._digests.get(path)
        return is_gone(path) and self._inputs.cover(path)


def require_paths(inputs: Inputs, origins: Mapping[str, Origin]) -> None:
    """Raise ``BadArticle`` for a path that does not exist and of which the index has nothing."""
    for path, name in inputs.missing.items():
        if not any(is_under(origin.file, path) for origin in origins.values()):
            raise BadArticle(name, "no such file or folder")


def _ids_by_file(origins: Mapping[str, Origin]) -> dict[str, list[str]]:
    ids: defaultdict[str, list[str]] = defaultdict(list)
    for article_id, origin in origins.items():
        ids[origin.file].append(article_id)
    return dict(ids)
