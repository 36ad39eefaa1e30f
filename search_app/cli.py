"""The command line: ``search-app index | search | serve | check | evaluate``.

Comes in: arguments. Goes out: results on stdout, what went wrong on stderr, and the exit code:
0, 1 for failure, 2 for bad usage, 3 when articles were rejected; 130 after Ctrl-C, 143 where
``serve`` was ended by SIGTERM.
Each command imports what it needs when it runs, so that ``--help`` answers at once.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, get_args, get_type_hints

from search_app import __version__
from search_app.config import Settings
from search_app.errors import IndexMissing, SearchError

if TYPE_CHECKING:
    from search_app.ingest import Progress, Report
    from search_app.server import Server

    Commands: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]

REJECTED = 3
BY_SIGNAL = 128  # and the signal's number, as shells count
INTERRUPTED = BY_SIGNAL + 2  # SIGINT
CLOSED_PIPE = BY_SIGNAL + 13  # SIGPIPE


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        # Vietnamese must come out whatever the locale, and no file name may break the report.
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(encoding="utf-8", errors="backslashreplace")
    args = _parser().parse_args(argv)
    try:
        code: int = args.run(args)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _give_stdout_up()
        return CLOSED_PIPE
    except SearchError as error:
        print(f"search-app: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        told = f"{error.filename}: {error.strerror}" if error.filename else error
        print(f"search-app: {told}", file=sys.stderr)
        return 1
    return code


def _give_stdout_up() -> None:
    """Nobody can be told: what is still buffered must not fail again as Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _open_closed_streams() -> None:
    """Where the shell closed a standard stream (``>&-``), which is None then, nobody listens."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115 - it stays open


@contextmanager
def _telling() -> Iterator[None]:
    """Tell whoever waits where the block has to compile anything."""
    from search_app.jit import when_compiling

    told = "compiling what this runs, which is kept for the next time if it can be"
    with when_compiling(lambda over: print(told, file=sys.stderr)):
        yield


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="search-app", description="Vietnamese full-text search that starts with one command."
    )
    parser.add_argument("--version", action="version", version=f"search-app {__version__}")
    try:
        settings = Settings.from_env()
    except ValueError as error:
        parser.error(str(error))
    parser.set_defaults(settings=settings)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in (_add_index, _add_search, _add_serve, _add_check):
        add(commands).add_argument(
            "--index",
            type=_path,
            metavar="DIR",
            default=settings.index,
            help="folder of the index (default: %(default)s)",
        )
    _add_evaluate(commands)
    return parser


def _command(commands: Commands, name: str, does: str, **options: Any) -> argparse.ArgumentParser:
    return commands.add_parser(name, help=does, description=f"{does.capitalize()}.", **options)


def _add_index(commands: Commands) -> argparse.ArgumentParser:
    command = _command(commands, "index", "index files and folders")
    command.add_argument(
        "paths", nargs="*", type=_path, metavar="PATH", help="what to index (default: the corpus)"
    )
    command.add_argument("--rebuild", action="store_true", help="start over, then swap")
    command.add_argument(
        "--jobs", type=_whole(1), metavar="N", help="threads (default: one a core)"
    )
    command.add_argument("--json", action="store_true", help="the summary as a JSON object")
    command.set_defaults(run=_index)
    return command


def _add_search(commands: Commands) -> argparse.ArgumentParser:
    from search_app.model import SearchParams

    hints = get_type_hints(SearchParams)
    command = _command(
        commands,
        "search",
        "search in the terminal",
        argument_default=argparse.SUPPRESS,  # what is not given is for SearchParams to say
        epilog="A query that begins with - comes after --: search-app search -- '-biển nông thôn'",
    )
    command.add_argument("q", nargs="+", metavar="QUERY", help="words, or the query language")
    command.add_argument("--page", type=int, metavar="N", help="from 1 (1)")
    command.add_argument("--size", type=int, metavar="N", help="hits on a page (10)")
    for name in ("unit", "match", "sort"):
        default = SearchParams.__dataclass_fields__[name].default
        command.add_argument(f"--{name}", choices=get_args(hints[name]), help=f"({default})")
    command.add_argument("--from", dest="since", metavar="DATE", help="2017, 2017-12 or 2017-12-05")
    command.add_argument("--to", dest="until", metavar="DATE", help="the last day, month or year")
    command.add_argument("--source", metavar="NAME", help="only articles of this source")
    command.add_argument("--explain", action="store_true", help="what each score is made of")
    command.add_argument("--verbatim", action="store_true", help="exactly what is typed")
    command.add_argument("--json", action="store_true", help="what GET /api/search answers")
    command.set_defaults(run=_search, json=False)
    return command


def _add_serve(commands: Commands) -> argparse.ArgumentParser:
    command = _command(commands, "serve", "serve the search page and the JSON endpoint")
    command.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    command.add_argument("--port", type=_port, default=8000, help="port to listen on (%(default)s)")
    command.set_defaults(run=_serve)
    return command


def _add_check(commands: Commands) -> argparse.ArgumentParser:
    command = _command(commands, "check", "verify the index, byte by byte")
    command.set_defaults(run=_check)
    return command


def _add_evaluate(commands: Commands) -> None:
    command = _command(commands, "evaluate", "measure the ranking by judged questions")
    command.add_argument("--passages", type=Path, required=True, metavar="FILE", help="articles")
    command.add_argument(
        "--queries",
        type=Path,
        required=True,
        metavar="FILE",
        help="JSON Lines: query, and relevant, which is an article's id or several",
    )
    command.add_argument("--accentless", action="store_true", help="strip the questions' accents")
    command.add_argument(
        "--worst", type=_whole(0), default=5, metavar="N", help="how many to name (5)"
    )
    command.add_argument("--json", action="store_true", help="the measures as a JSON object")
    command.set_defaults(run=_evaluate)


def _path(written: str) -> Path:
    if not written:  # a variable that a script left unset; as a path it would be the folder here
        raise argparse.ArgumentTypeError("the path is empty; the folder one is in is named .")
    return Path(written)


def _whole(least: int) -> Callable[[str], int]:
    """What reads a whole number, of ``least`` or more."""

    def number(written: str) -> int:
        if not written.isdecimal() or int(written) < least:
            raise argparse.ArgumentTypeError(f"{written!r} is no whole number from {least}")
        return int(written)

    return number


def _port(written: str) -> int:
    if not written.isdecimal() or int(written) > 65535:
        raise argparse.ArgumentTypeError(f"{written!r} is no port from 0 to 65535")
    return int(written)


@_telling()
def _index(args: argparse.Namespace) -> int:
    paths = args.paths or [_corpus(args)]
    report = _build(args, paths, args.jobs or args.settings.jobs, rebuild=args.rebuild)
    try:
        if args.json:
            print(json.dumps(_summary(report)))
        else:
            _print_report(report)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:  # 1 would say that the old index is untouched
        _give_stdout_up()
        print(f"search-app: indexed, but the report is lost: {error.strerror}", file=sys.stderr)
    return REJECTED if report.rejected else 0


def _corpus(args: argparse.Namespace) -> Path:
    """The folder of the articles where none was named, which must be there then."""
    folder: Path = args.settings.corpus
    if not folder.exists():
        raise SearchError(
            f"{folder}: no such folder; put articles there, or name others: search-app index PATH"
        )
    return folder


def _build(args: argparse.Namespace, paths: list[Path], jobs: int, *, rebuild: bool) -> Report:
    """Index, and name on stderr what was rejected."""
    from search_app import allocator
    from search_app.engines.registry import open_writer
    from search_app.ingest import FORMATS, build_index

    allocator.return_early()
    with closing(open_writer(args.index, rebuild=rebuild)) as writer, _progress_bar() as progress:
        report = build_index(paths, writer, jobs=jobs, progress=progress)
    for rejection in report.rejected:
        print(rejection, file=sys.stderr)
    if report.passed_over:
        over = ", ".join(f"{count} {kind}" for kind, count in sorted(report.passed_over.items()))
        print(f"passed over: {over} (only {', '.join(FORMATS)} are read)", file=sys.stderr)
    return report


@contextmanager
def _progress_bar() -> Iterator[Progress]:
    """A bar on stderr with rate and time to go, where a person is watching."""
    if not sys.stderr.isatty():
        yield lambda done, total, articles: None
        return
    from tqdm import tqdm  # type: ignore[import-untyped]

    with tqdm(unit="B", unit_scale=True, leave=False, desc="reading") as bar:

        def show(done: int, total: int, articles: int) -> None:
            bar.total = total
            bar.set_postfix_str(f"{articles:,} articles", refresh=False)
            bar.update(done - bar.n)
            if done == total:
                bar.set_description("writing")

        yield show


def _summary(report: Report) -> dict[str, Any]:
    return {
        "added": report.added,
        "updated": report.updated,
        "removed": report.removed,
        "unchanged": report.unchanged,
        "rejected": len(report.rejected),
        "paragraphs": report.paragraphs,
        "seconds": round(report.seconds, 3),
    }


def _print_report(report: Report) -> None:
    if not (report.added or report.updated or report.removed or report.rejected):
        print("nothing to do:", "all is as it was" if report.unchanged else "no articles found")
    counts = list(_summary(report).items())[:5]
    told = ", ".join(f"{name} {count}" for name, count in counts)
    print(f"{told}; {report.paragraphs} paragraphs in {report.seconds:.1f} s")


@_telling()
def _search(args: argparse.Namespace) -> int:
    from search_app.engines.registry import open_engine
    from search_app.model import SearchParams
    from search_app.service import read_synonyms, search
    from search_app.terminal import print_page
    from search_app.wire import dumps, page_to_json

    names = (field.name for field in fields(SearchParams))
    given = {name: getattr(args, name) for name in names if name in args}
    params = SearchParams(**given | {"q": " ".join(args.q)})
    page = search(params, open_engine(args.index), read_synonyms(args.settings.synonyms))
    if args.json:
        print(dumps(page_to_json(page)).decode())
    else:
        print_page(page, colour=sys.stdout.isatty() and args.settings.colour)
    return 0


def _serve(args: argparse.Namespace) -> int:
    import logging

    server = _ready(args)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a request that waits is no news
    return BY_SIGNAL + server.run()


@_telling()
def _ready(args: argparse.Namespace) -> Server:
    """A server over an index that is there, with all that a search needs loaded."""
    from search_app.server import Server
    from search_app.standin import standing_in
    from search_app.web import create_app, warm_up

    application = create_app(replace(args.settings, index=args.index))
    server = Server(application, args.host, args.port)
    slowly = f"answering on {', '.join(server.addresses)}, slowly until all is compiled"
    if _has_index(args):
        warm_up(application)
    else:
        corpus = _corpus(args)
        with standing_in(server.sockets, corpus, slowly):
            _print_report(_build(args, [corpus], args.settings.jobs, rebuild=False))
            warm_up(application)
    for address in server.addresses:
        print(f"serving on {address}", flush=True)
    return server


def _has_index(args: argparse.Namespace) -> bool:
    from search_app.engines.registry import open_engine

    try:
        open_engine(args.index)
    except IndexMissing:
        print(f"no index in {args.index} yet: indexing {args.settings.corpus}", file=sys.stderr)
        return False
    return True


@_telling()
def _evaluate(args: argparse.Namespace) -> int:
    try:
        from search_app.evaluate import evaluate
    except ImportError as error:
        print(f"search-app: {error}: pip install 'search-app[evaluate]'", file=sys.stderr)
        return 1
    found = evaluate(
        args.passages, args.queries, accentless=args.accentless, jobs=args.settings.jobs
    )
    worst = [(question.text, own["ndcg@10"]) for question, own in found.worst(args.worst)]
    if args.json:
        listed = [{"query": text, "ndcg@10": value} for text, value in worst]
        print(json.dumps({**found.measures, "worst": listed}, ensure_ascii=False))
        return 0
    print("  ".join(f"{name} {value:.4f}" for name, value in found.measures.items()))
    for text, value in worst:
        print(f"{value:8.4f}  {text}")
    return 0


def _check(args: argparse.Namespace) -> int:
    from search_app.engines.registry import check

    damaged = check(args.index)
    print("\n".join(damaged) or f"{args.index}: every byte is as it was written")
    return 1 if damaged else 0
