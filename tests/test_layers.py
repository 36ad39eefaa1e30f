"""Imports point only down, and each heavy library has one home."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "search_app"
ANYONE = {"model", "errors"}

# A module's layer → the layers it may import besides its own. The longest name wins.
ALLOWED = {
    "model": set(),
    "errors": set(),
    "config": set(),
    "query.nodes": {"model"},
    "query.typed": {"model"},
    "jit": set(),
    "allocator": set(),
    "analysis": {"model", "jit"},
    "scoring": {"model", "jit"},
    "shelf": {"model"},
    "marking": {"model", "shelf", "analysis", "jit"},
    "highlight": {"model", "query.nodes", "analysis", "shelf", "marking"},
    "engines.base": ANYONE | {"query.nodes", "query.typed"},
    "engines": ANYONE | {"query.nodes", "query.typed", "scoring", "engines.base", "jit", "shelf"},
    "engines.registry": ANYONE | {"engines", "engines.base", "analysis"},
    "query": ANYONE | {"analysis", "query.nodes", "query.typed", "scoring", "jit"},
    "ingest": ANYONE | {"analysis", "engines.base"},
    "wire": {"model"},
    "service": ANYONE | {"query", "query.nodes", "engines.base", "highlight"},
    "web": ANYONE | {"service", "engines.registry", "engines.base", "config", "wire", "highlight"},
    "terminal": {"model", "highlight"},
    "evaluate": ANYONE | {"service", "engines.registry", "engines.base", "ingest", "analysis"},
    "standin": {"web", "ingest", "engines.registry", "engines.base", "config", "jit"},
    "server": {"errors"},
    "cli": ANYONE
    | {
        "server",
        "service",
        "standin",
        "terminal",
        "jit",
        "engines.registry",
        "config",
        "allocator",
        "ingest",
        "wire",
        "web",
        "evaluate",
        "highlight",
    },
    "__main__": {"cli"},
    "": set(),
}
HOMES = {
    "pyvi": {"analysis.segment"},
    "numba": {"jit"},
    "whoosh": {"engines.whoosh"},
    "flask": {"web"},
    "werkzeug": {"web"},
    "waitress": {"server"},
    "tqdm": {"cli"},
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        name = name.removesuffix("__init__").removesuffix(".")
        yield name, ast.parse(path.read_text(encoding="utf-8"))


MODULES = dict(modules())


def layer(name: str) -> str:
    fitting = [known for known in ALLOWED if name == known or name.startswith(known + ".")]
    return max(fitting, key=len, default="")


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            assert node.module
            inside = [f"{node.module}.{alias.name}" for alias in node.names]
            known = {f"search_app.{name}" for name in MODULES}
            yield from (name if name in known else node.module for name in inside)


@pytest.mark.parametrize("name", MODULES)
def test_a_module_imports_only_from_layers_below_it(name: str) -> None:
    mine = layer(name)
    for target in imported(MODULES[name]):
        if target.startswith("search_app."):
            other = layer(target.removeprefix("search_app."))
            assert other == mine or other in ALLOWED[mine], f"{name} imports {target}"


@pytest.mark.parametrize("name", MODULES)
def test_pyvi_numba_whoosh_and_flask_each_have_one_home(name: str) -> None:
    for target in imported(MODULES[name]):
        homes = HOMES.get(target.partition(".")[0])
        at_home = homes is None or any(
            name == home or name.startswith(home + ".") for home in homes
        )
        assert at_home, f"{name} imports {target}"


@pytest.mark.parametrize("name", [name for name in MODULES if name])
def test_only_the_settings_read_the_environment(name: str) -> None:
    source = (PACKAGE / Path(*name.split("."))).with_suffix(".py")
    text = source.read_text(encoding="utf-8") if source.exists() else ""
    assert name == "config" or "os.environ" not in text


@pytest.mark.parametrize("name", MODULES)
def test_no_file_is_over_400_lines_and_no_function_over_60(name: str) -> None:
    tree = MODULES[name]
    last = max((getattr(node, "end_lineno", 0) or 0 for node in ast.walk(tree)), default=0)
    assert last <= 400
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno <= 60, f"{name}.{node.name}"
