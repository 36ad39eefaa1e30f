"""What the documents name is there, and what they tell people to type is understood."""

from __future__ import annotations

import re
import shlex
from configparser import ConfigParser
from pathlib import Path

import pytest

from search_app.cli import _parser
from search_app.config import Settings
from search_app.web import create_app

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
INLINE = re.compile(r"`([^`\n]+)`")
FENCED = re.compile(r"```(\w*)\n(.*?)```", re.DOTALL)
TOP = sorted(path.name for path in ROOT.iterdir())
INSIDE = sorted(path.name for path in (ROOT / "search_app").iterdir() if path.is_dir())


def named_paths(text: str) -> list[str]:
    found = (name.partition(":")[0].rstrip("/") for name in INLINE.findall(text))
    looks = re.compile(rf"(?:{'|'.join(map(re.escape, TOP + INSIDE))})(?:/[\w.-]+)*")
    return sorted({name for name in found if looks.fullmatch(name)})


def shell_lines() -> list[str]:
    blocks = (body for language, body in FENCED.findall(README) if language == "sh")
    lines = (line.partition("   #")[0].strip() for block in blocks for line in block.splitlines())
    return [line for line in lines if line]


@pytest.mark.parametrize("name", named_paths(README))
def test_every_path_that_the_readme_names_is_there(name: str) -> None:
    assert (ROOT / name).exists() or (ROOT / "search_app" / name).exists()


@pytest.mark.parametrize("name", named_paths(ARCHITECTURE))
def test_every_path_that_the_architecture_names_is_there(name: str) -> None:
    assert (ROOT / name).exists() or (ROOT / "search_app" / name).exists()


def test_the_documents_name_paths_at_all() -> None:
    assert len(named_paths(ARCHITECTURE)) > 20
    assert "setup.cfg" in named_paths(README)


def test_the_architecture_names_functions_that_are_there() -> None:
    named = re.findall(r"`(?:search_app/)?([\w/]+\.py):(\w+)`", ARCHITECTURE)
    assert named
    for path, name in named:
        source = (ROOT / "search_app" / path).read_text(encoding="utf-8")
        assert re.search(rf"^(def|class) {name}\b", source, re.MULTILINE), f"{path}:{name}"


@pytest.mark.parametrize("line", [x for x in shell_lines() if x.startswith("search-app")])
def test_every_command_of_the_readme_is_understood(line: str) -> None:
    assert _parser().parse_args(shlex.split(line)[1:])


@pytest.mark.parametrize("line", [x for x in shell_lines() if x.startswith("make")])
def test_every_make_target_of_the_readme_is_there(line: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{line.split()[1]}:", makefile, re.MULTILINE)


def test_every_endpoint_of_the_readme_is_served() -> None:
    rules = {re.sub(r"<\w+:?", "<", str(rule)) for rule in create_app().url_map.iter_rules()}
    for path in re.findall(r"GET (/[\w/<>]*)", README):
        assert re.sub(r"<\w+>", "<id>", path) in {re.sub(r"<\w+>", "<id>", r) for r in rules}


def test_the_readme_explains_every_dependency_and_no_other() -> None:
    config = ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    wanted = config["options"]["install_requires"]
    wanted += "".join(config["options.extras_require"].values())
    packages = {re.split(r"[<>=]", line)[0] for line in wanted.split()}
    section = README.partition("## Dependencies")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([\w, -]+?)(?: \(extra[^|]*\))? \|", section, re.MULTILINE)
    explained = {name for row in rows for name in row.split(", ")} - {"package", "---"}
    assert explained == packages


def test_every_dependency_has_a_lower_and_an_upper_bound() -> None:
    config = ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    wanted = config["options"]["install_requires"]
    wanted += "".join(config["options.extras_require"].values())
    for requirement in wanted.split():
        assert ">=" in requirement and "<" in requirement


def test_the_readme_names_every_setting() -> None:
    source = (ROOT / "search_app/config.py").read_text(encoding="utf-8")
    read = set(re.findall(r"SEARCH_APP_[A-Z]+", source))
    assert read == set(re.findall(r"`(SEARCH_APP_[A-Z]+)`", README))
    assert Settings.from_env().jobs >= 1
