"""The latencies as tables: times, ratios, and what holds of what must be reached.

Comes in: everyone's spreads, by kind of query. Goes out: the section of the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from benchmarks.figures import Spread, both, ratio
from benchmarks.options import Options
from benchmarks.queries import KINDS, Questions
from benchmarks.section import Section, Table, Verdict

OURS = "ours"
GOALS = {
    "tantivy": (0.5, 0.7),
    "tantivy, matching": (0.5, 0.7),
    "SQLite FTS5": (1 / 50, 1 / 50),
    "bm25s": (1.0, 1.0),
    "stock Whoosh": (1 / 100, 1 / 100),
}
"""What part of a peer's median and p99 ours may be."""


Spreads: TypeAlias = Mapping[str, Spread]


def section(
    found: Mapping[str, Spreads], served: Mapping[str, Spreads], asked: Questions, options: Options
) -> Section:
    """Tables of times and of ratios, and what holds."""
    names = list(next(iter(found.values())))
    times = Table(
        ("ms, p50 / p99", *KINDS),
        (
            *((name, *(both(found[kind][name]) for kind in KINDS)) for name in names),
            *(
                (f"ours, {name}", *(both(served[kind][name]) for kind in KINDS))
                for name in ("parse", "service")
            ),
        ),
    )
    ratios = Table(
        ("ours to theirs, p50 / p99", *KINDS),
        tuple((name, *(_ratios(found[kind], name) for kind in KINDS)) for name in names[1:]),
    )
    kinds = "\n".join(f"- {kind}: {told}, as `{asked[kind][0]}`" for kind, told in KINDS.items())
    verdicts = [_verdict(found, name, goal) for name, goal in GOALS.items()]
    return Section("Engine latency", (kinds, _note(options), times, ratios), tuple(verdicts))


def _note(options: Options) -> str:
    return (
        f"{options.queries} distinct queries of each kind, {options.stock_queries} for stock Whoosh"
        " (whose p99 is its slowest), none of them asked before; ours, and everyone in turns of 25"
        " in one process with one thread. Peers have one document a paragraph, the same five"
        " fields of terms, the same terms and boosts of each query, and give the stored text of"
        " ten hits. Ours counts articles and paragraphs exactly, and groups by article. `tantivy`"
        " counts what has any of the evidence; `no count` does not; `matching` counts what we"
        " count, and scores that. bm25s sums terms that have their field's boost. `parse`"
        " (corrections, too) and `service` (all of a search) are for information, over other"
        " queries."
    )


def _ratios(spreads: Spreads, name: str) -> str:
    mine, theirs = spreads[OURS], spreads[name]
    return f"{ratio(mine.p50, theirs.p50)} / {ratio(mine.p99, theirs.p99)}"


def _verdict(found: Mapping[str, Spreads], name: str, goal: tuple[float, float]) -> Verdict:
    """Whether both ratios hold in every kind; the largest of each is told."""
    p50, p99 = goal
    medians = {kind: found[kind][OURS].p50 / found[kind][name].p50 for kind in KINDS}
    tails = {kind: found[kind][OURS].p99 / found[kind][name].p99 for kind in KINDS}
    failing = [kind for kind in KINDS if medians[kind] > p50 or tails[kind] > p99]
    worst = f"{ratio(max(medians.values()), 1)} / {ratio(max(tails.values()), 1)}"
    told = f"at most {worst}" + (f"; not in {', '.join(failing)}" if failing else "")
    wanted = f"≤ {ratio(p50, 1)} × p50, ≤ {ratio(p99, 1)} × p99"
    return Verdict(f"engine latency against {name}, five kinds", wanted, told, not failing)
