"""The index as a folder: one generation, found whole or not at all.

A generation G is the file ``_MAIN_G.toc``, Whoosh's table of contents, and what it names:

    MAIN_<id>.cols     a segment (``columns``), never changed once written
    manifest_G.json    the analyzer's version, the size and BLAKE2b of every file of the
                       generation (that of the table of contents too), and what was read from
                       which file; its own digest is its last line
    _MAIN_G.toc        written beside (.new), then renamed: the one step that makes G the index
    MAIN_WRITELOCK     no part of the index

Everything is on the disk (fsync) before the rename, and the rename before ``commit`` returns.
The table of contents is there under its first name before the manifest is: so a manifest with
neither of the two has lost it, while that of a writer that was killed still has the first.
Files of older generations are deleted last; whoever has them open keeps reading them.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b, file_digest
from io import BufferedReader
from pathlib import Path
from stat import S_ISREG
from typing import Any, NamedTuple

from whoosh.filedb.filestore import RamStorage
from whoosh.index import TOC

from search_app.engines.whoosh.reading import CHANGED, reading
from search_app.engines.whoosh.schema import INDEX_NAME, ColumnSegment, schema
from search_app.engines.whoosh.segment import EXTENSION, Segment
from search_app.engines.whoosh.sketch import CONSTANTS
from search_app.errors import IndexCorrupt, IndexMissing, IndexOutdated, IndexUnreadable

FORMAT = "-".join(map(str, (4, *CONSTANTS)))
"""The number of the layout, and the constants of scoring that are in it."""
_SEAL_LENGTH = 2 * blake2b().digest_size + 1
_TOC = re.compile(rf"_{INDEX_NAME}_(\d+)\.toc")
_TOC_BESIDE = re.compile(_TOC.pattern + r"\.new")
_MANIFEST = re.compile(r"manifest_(\d+)\.json")
_OURS = re.compile(rf"_{INDEX_NAME}_\d+\.toc(\.new)?|manifest_\d+\.json|{INDEX_NAME}_\w+\.cols")


@dataclass(frozen=True)
class Snapshot:
    """What one generation consists of."""

    folder: Path
    generation: int
    segments: tuple[ColumnSegment, ...]
    files: Mapping[str, str]
    """Digest by source file: those last read whole and without a rejection."""
    seal: str
    """The manifest's own digest, which no other generation of any index has."""

    def open(self) -> list[Segment]:
        """Open its segments. Raises ``IndexCorrupt``."""
        return [Segment(path_of(self.folder, s), s.deleted_articles) for s in self.segments]


class _Manifest(NamedTuple):
    analyzer: str
    sizes: Mapping[str, tuple[int, str]]
    """Size and digest of every other file of the generation, by name."""
    files: Mapping[str, str]
    seal: str


def path_of(folder: Path, segment: ColumnSegment) -> Path:
    """Where a segment's file is."""
    return folder / str(segment.make_filename(EXTENSION))


def latest_generation(folder: Path) -> int:
    """The number of the current generation. Raises ``IndexMissing`` or ``IndexUnreadable``."""
    try:
        names = [path.name for path in folder.iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        raise IndexMissing(folder) from None
    except OSError as error:
        raise IndexUnreadable(folder, error) from error
    generations = _numbers(_TOC, names)
    if not generations:  # then one without its table of contents is to be found damaged
        generations = _numbers(_MANIFEST, names) - _numbers(_TOC_BESIDE, names)
    if not generations:
        raise IndexMissing(folder)
    return max(generations)


def _numbers(pattern: re.Pattern[str], names: Sequence[str]) -> set[int]:
    return {int(found[1]) for name in names if (found := pattern.fullmatch(name))}


def load(folder: Path, version: str) -> Snapshot:
    """The current generation. Raises ``IndexMissing``, ``IndexCorrupt`` or ``IndexOutdated``.

    Sizes are compared here, and the bytes of files that were touched after they were sealed by the
    manifest; every byte is by ``damaged``.
    """
    generation = latest_generation(folder)
    manifest = _read_manifest(folder, generation)
    if manifest.analyzer != version:
        raise IndexOutdated(folder, f"analyzer {manifest.analyzer}", f"analyzer {version}")
    sealed = _status(_manifest_path(folder, generation)).st_mtime_ns
    for name, (size, digest) in manifest.sizes.items():
        status = _status(folder / name)
        if status.st_size != size:
            raise IndexCorrupt(folder / name, CHANGED)
        if status.st_mtime_ns > sealed:
            verify(folder / name, digest)
    toc = _toc_path(folder, generation)
    verify(toc, manifest.sizes[toc.name][1])
    segments = tuple(_segments(_read(toc), generation))
    return Snapshot(folder, generation, segments, manifest.files, manifest.seal)


def seal(folder: Path) -> str:
    """The seal of the current generation, as cheaply as it is to be had.

    Raises ``IndexMissing``, and ``IndexCorrupt`` where the manifest is gone or cut short.
    """
    path = _manifest_path(folder, latest_generation(folder))
    with reading(path), path.open("rb") as file:
        file.seek(-_SEAL_LENGTH, os.SEEK_END)
        return file.read().decode("ascii", "replace").strip()


def damaged(folder: Path) -> list[str]:
    """A line for each file of the current generation that is not as it was written."""
    generation = latest_generation(folder)
    try:
        manifest = _read_manifest(folder, generation)
    except (IndexCorrupt, IndexOutdated) as error:
        return [str(error)]
    found = []
    for name, (_, digest) in manifest.sizes.items():
        try:
            verify(folder / name, digest)
        except IndexCorrupt as error:
            found.append(f"{error.file}: {error.reason}")
    return found


def verify(path: Path, digest: str) -> None:
    """Raise ``IndexCorrupt`` where a file has not this BLAKE2b."""
    with reading(path):
        is_whole = _digest(path) == digest
    if not is_whole:
        raise IndexCorrupt(path, CHANGED)


def commit(
    folder: Path,
    generation: int,
    segments: Sequence[ColumnSegment],
    digests: Mapping[str, str],
    files: Mapping[str, str],
    version: str,
) -> None:
    """Make the segments, whose files are on the disk, the index.

    ``digests`` has the BLAKE2b of the segment files that are known already; others are read.
    """
    toc, toc_path = _toc_bytes(segments, generation), _toc_path(folder, generation)
    index = {toc_path.name: (len(toc), blake2b(toc).hexdigest())}
    for segment in segments:
        path = path_of(folder, segment)
        index[path.name] = (path.stat().st_size, digests.get(path.name) or _digest(path))
    manifest = {"format": FORMAT, "analyzer": version, "index": index, "files": dict(files)}
    beside = toc_path.with_suffix(".toc.new")
    _write(beside, toc)
    _write(_manifest_path(folder, generation), _sealed(manifest))
    sync_folder(folder)
    beside.rename(toc_path)
    sync_folder(folder)


def sweep(folder: Path, generation: int, segments: Sequence[ColumnSegment]) -> None:
    """Delete all but one generation: older ones, and leavings of a writer that was killed.

    What cannot be deleted stays until the next commit: this one is done.
    """
    kept = {path_of(folder, segment).name for segment in segments}
    kept |= {_toc_path(folder, generation).name, _manifest_path(folder, generation).name}
    for path in list(folder.iterdir()):
        if _OURS.fullmatch(path.name) and path.name not in kept:
            with suppress(OSError):
                path.unlink()


def known_digests(snapshot: Snapshot) -> dict[str, str]:
    """The BLAKE2b of each file of a generation, by name, as its manifest has it."""
    index = _read_manifest(snapshot.folder, snapshot.generation).sizes
    return {name: digest for name, (_, digest) in index.items()}


def sync_folder(folder: Path) -> None:
    """Make names created or renamed in the folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _toc_path(folder: Path, generation: int) -> Path:
    return folder / f"_{INDEX_NAME}_{generation}.toc"


def _manifest_path(folder: Path, generation: int) -> Path:
    return folder / f"manifest_{generation}.json"


def _toc_bytes(segments: Sequence[ColumnSegment], generation: int) -> bytes:
    """Whoosh's table of contents, by Whoosh's own hand."""
    storage = RamStorage()
    TOC(schema(), list(segments), generation).write(storage, INDEX_NAME)
    (content,) = storage.files.values()
    return bytes(content)


def _segments(toc: bytes, generation: int) -> list[ColumnSegment]:
    storage = RamStorage()
    storage.files[_toc_path(Path(), generation).name] = toc
    segments: list[ColumnSegment] = TOC.read(storage, INDEX_NAME, generation).segments
    return segments


def _sealed(manifest: Mapping[str, Any]) -> bytes:
    body = json.dumps(manifest, ensure_ascii=False, indent=1).encode(errors="surrogateescape")
    return body + b"\n" + blake2b(body).hexdigest().encode() + b"\n"


def _read_manifest(folder: Path, generation: int) -> _Manifest:
    path = _manifest_path(folder, generation)
    content = _read(path)
    body, _, seal = content.removesuffix(b"\n").rpartition(b"\n")
    if not content.endswith(b"\n") or blake2b(body).hexdigest().encode() != seal:
        raise IndexCorrupt(path, CHANGED)
    manifest: dict[str, Any] = json.loads(body.decode(errors="surrogateescape"))
    if (found := manifest["format"]) != FORMAT:
        raise IndexOutdated(folder, f"format {found}", f"format {FORMAT}")
    return _Manifest(manifest["analyzer"], manifest["index"], manifest["files"], seal.decode())


def _status(path: Path) -> os.stat_result:
    with reading(path):
        return path.stat()


def _read(path: Path) -> bytes:
    with reading(path), _opened(path) as file:
        return file.read()


def _digest(path: Path) -> str:
    with _opened(path) as file:
        return file_digest(file, blake2b).hexdigest()


def _opened(path: Path) -> BufferedReader:
    """The file; a pipe in its place is not waited for."""
    if not S_ISREG(path.stat().st_mode):
        raise IndexCorrupt(path, CHANGED)
    return path.open("rb")


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
