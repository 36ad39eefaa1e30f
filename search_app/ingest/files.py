"""Which files there are to read under the paths that were given.

Comes in: files and folders as a person names them. Goes out: an ``Inputs``: the files in order,
what had to be refused, and the paths that are gone.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from search_app.analysis import nfc
from search_app.errors import BadArticle
from search_app.ingest.values import InputFile


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the given paths hold.

    ``files`` by absolute path; ``roots`` are the absolute given paths; ``missing`` those of
    them that do not exist, with their names as given. ``passed_over`` are the files in folders
    that are of no format and no README, with what their names end in.
    """

    files: dict[str, InputFile] = field(default_factory=dict)
    rejected: list[BadArticle] = field(default_factory=list)
    roots: list[str] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    passed_over: dict[Path, str] = field(default_factory=dict)

    def size(self) -> int:
        """All the files together, in bytes."""
        return sum(file.size for file in self.files.values())

    def cover(self, file: str) -> bool:
        """Whether the file is, or would lie, under one of the given paths."""
        return any(is_under(file, root) for root in self.roots)

    def reject(self, name: Path, reason: str) -> None:
        """Refuse a path; bytes of its name that are no UTF-8 are shown as ``\\xff``."""
        printable = os.fsencode(name).decode("utf-8", "backslashreplace")
        self.rejected.append(BadArticle(printable, reason))


def find_inputs(paths: Iterable[str | os.PathLike[str]], extensions: Collection[str]) -> Inputs:
    """Look for files with one of ``extensions`` (lower-case, with the dot) under ``paths``.

    Hidden files and others in a folder are passed over; a file that was named must be readable.
    """
    inputs = Inputs()
    for path in map(Path, paths):
        try:
            mode = path.stat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            inputs.roots.append(str(_absolute(path)))
            inputs.missing[inputs.roots[-1]] = str(path)
        except (OSError, ValueError) as error:
            inputs.reject(path, f"cannot be read: {_why(error)}")
        else:
            add = _add_folder if stat.S_ISDIR(mode) else _add_named
            add(inputs, path, extensions)
    return inputs


def is_under(file: str, root: str) -> bool:
    """Whether ``file`` is ``root`` or lies below it; both absolute."""
    return file == root or file.startswith(root.rstrip(os.sep) + os.sep)


def is_gone(file: str) -> bool:
    """Whether the file is certainly not there: one that cannot be looked at may well be."""
    try:
        Path(file).stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def extension_of(name: str, extensions: Collection[str]) -> str | None:
    """Which of the extensions the file name ends in, or None."""
    lowered = name.lower()
    return next((e for e in extensions if lowered.endswith(e) and lowered != e), None)


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _absolute(path: Path) -> Path:
    """Where the path is, a link in its last part not followed: a file goes by its own name."""
    return path.parent.resolve() / path.name


def _add_folder(inputs: Inputs, folder: Path, extensions: Collection[str]) -> None:
    root = folder.resolve()
    inputs.roots.append(str(root))

    def refuse(error: OSError) -> None:
        unlisted = folder / Path(error.filename).relative_to(root)
        inputs.reject(unlisted, f"cannot be listed: {_why(error)}")

    for relative in sorted(_below(root, refuse)):
        extension = extension_of(relative.name, extensions)
        if extension:
            article_id = relative.as_posix()[: -len(extension)]
            _add(inputs, root / relative, folder / relative, article_id)
        elif relative.stem.lower() != "readme":
            ending = relative.suffix.lower() or "without an extension"
            inputs.passed_over[root / relative] = ending


def _add_named(inputs: Inputs, path: Path, extensions: Collection[str]) -> None:
    inputs.roots.append(str(_absolute(path)))
    extension = extension_of(path.name, extensions)
    if extension is None:
        known = ", ".join(extensions)
        inputs.reject(path, f"of an unknown format: the name must end in one of {known}")
    elif not path.is_file():
        inputs.reject(path, "not a regular file")
    else:
        _add(inputs, _absolute(path), path, path.name[: -len(extension)])


def _add(inputs: Inputs, path: Path, name: Path, article_id: str) -> None:
    try:
        str(path).encode()
        status = path.stat()
    except UnicodeEncodeError:
        inputs.reject(name, "the file name is not UTF-8")
    except OSError as error:
        inputs.reject(name, f"cannot be read: {_why(error)}")
    else:
        if stat.S_ISREG(status.st_mode):
            file = InputFile(str(path), str(name), nfc(article_id), status.st_size)
            inputs.files.setdefault(file.path, file)


def _below(root: Path, refuse: Callable[[OSError], None]) -> Iterator[Path]:
    """The files below a folder, relative to it, but for hidden ones.

    Links to folders are followed, each folder once, so that a loop of links ends.
    """
    visited: set[tuple[int, int]] = set()

    def is_new(folder: Path) -> bool:
        try:
            status = folder.stat()
        except OSError as error:  # it is gone, or what it lies in can be listed but not entered
            refuse(error)
            return False
        identity = status.st_dev, status.st_ino
        known = identity in visited
        visited.add(identity)
        return not known

    if not is_new(root):
        return
    for here, folders, names in os.walk(root, onerror=refuse, followlinks=True):
        shown = [name for name in sorted(folders) if not name.startswith(".")]
        folders[:] = (name for name in shown if is_new(Path(here, name)))
        within = Path(here).relative_to(root)
        yield from (within / name for name in names if not name.startswith("."))
