"""A server is warm before it answers: the first reader waits no longer than the second."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from index_helpers import CORPUS, article, write

from search_app.config import Settings
from search_app.web import create_app, warm_up

ROOT = Path(__file__).resolve().parents[1]

FIRST_READERS = """
import sys
from numba.core.dispatcher import Dispatcher
from wsgi import app  # as a WSGI server imports it

def loaded():
    modules = [module for name, module in sys.modules.items() if name.startswith("search_app")]
    kernels = {value for module in modules for value in vars(module).values()
               if isinstance(value, Dispatcher)}
    return {f"{kernel.py_func}{types}" for kernel in kernels for types in kernel.overloads}

before = loaded()
for path in sys.argv[1:]:
    assert app.test_client().get(path).status_code == 200, path
assert before, "no kernel is loaded"
print("\\n".join(loaded() - before))
"""


def test_the_first_searches_find_every_kernel_loaded(tmp_path: Path) -> None:
    index = tmp_path / "index"
    write(index, CORPUS)
    write(index, [article("thêm", "Hoa sen trong đầm, hoa sen trong chùa, hoa sen trong tranh.")])
    write(index, [article("thêm", "Hoa sen.")])  # so that phrases of what is gone are asked for
    paths = [
        "/api/search?q=d%C3%A2n v%E1%BA%ADn&explain=1",
        '/api/search?q="hoa sen" -hoa*&sort=newest&unit=paragraph',
        "/api/search?q=tooi yeeu vieejt nam ngheej",
        "/api/suggest?q=hoa s",
        "/?q=hoa sen nowr",
    ]
    asked = subprocess.run(
        [sys.executable, "-c", FIRST_READERS, *paths],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SEARCH_APP_INDEX": str(index)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 0, asked.stderr
    assert asked.stdout.strip() == ""


def test_a_server_without_an_index_starts_all_the_same_and_serves_one_that_is_built(
    tmp_path: Path,
) -> None:
    app = create_app(Settings(index=tmp_path / "index"))
    warm_up(app)
    client = app.test_client()
    assert client.get("/api/search?q=sen").status_code == 503
    write(tmp_path / "index", [article("sen", "Trong đầm gì đẹp bằng sen.")])
    assert client.get("/api/search?q=sen").json["total"]["articles"] == 1
