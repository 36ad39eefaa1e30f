"""Articles into an index: what is new or changed is analyzed and written, what is gone removed.

Comes in: files and folders, and a writer on an index. Goes out: a report; the index is changed
in one commit, or not at all.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from time import perf_counter

from search_app.engines.base import Analyzed, Writer
from search_app.ingest.analyze import analyzed
from search_app.ingest.digest import file_digest
from search_app.ingest.files import Inputs, find_inputs
from search_app.ingest.ledger import Ledger, require_paths
from search_app.ingest.meter import Meter
from search_app.ingest.readers import FORMATS, read
from search_app.ingest.values import Change, Progress, Report, silent


def build_index(
    paths: Iterable[str | os.PathLike[str]],
    writer: Writer,
    *,
    jobs: int = 1,
    progress: Progress = silent,
) -> Report:
    """Bring the index up to date with all that is under ``paths``.

    Raises ``BadArticle`` for a path that does not exist; the index is then as it was. Articles
    that cannot be read are in the report, the rest is indexed. With more than one job, threads
    read and analyze ahead of the writer.
    """
    began = perf_counter()
    inputs = find_inputs(paths, FORMATS)
    require_paths(inputs, writer.origins())
    ledger = Ledger(writer.origins(), writer.files(), inputs)
    meter = Meter(progress, inputs.size())
    with closing(analyzed(_changes(inputs, ledger, meter), jobs)) as changed:
        writer.add(meter.arrivals(changed))
    lost = ledger.lost()
    writer.remove(lost)
    if ledger.has_news(lost):
        writer.commit(ledger.digests())
    return ledger.report(len(lost), perf_counter() - began)


def analyzed_under(path: Path, most: int) -> list[Analyzed] | None:
    """The articles under a path that can be read; None where their files have more bytes."""
    inputs = find_inputs([path], FORMATS)
    if inputs.size() > most:
        return None
    changes = _changes(inputs, Ledger({}, {}, inputs), Meter(silent, inputs.size()))
    return [batch for batch, _ in analyzed(changes, jobs=1)]


def _changes(inputs: Inputs, ledger: Ledger, meter: Meter) -> Iterator[Change]:
    """Read every file that is not as it was; the articles to write, as they are read."""
    done = articles = 0
    for file in inputs.files.values():
        digest = file_digest(file.path)
        if ledger.keeps(file, digest):
            articles += ledger.known(file.path)
        else:
            for item, position in read(ledger.named(file)):
                articles += 1
                change = ledger.take(file, item)
                if change is None:
                    meter.passed(done + position, articles)
                else:
                    meter.sent(done + position, articles)
                    yield change
            ledger.finish(file, digest)
        done += file.size
        meter.passed(done, articles)
