"""The web: a search page for people and the same search as JSON for scripts.

Comes in: the settings, and where the engine comes from. Goes out: a WSGI application.
Nothing but the user's synonyms is opened or loaded until the first request, or ``warm_up``.
"""

from __future__ import annotations

from flask import Flask
from jinja2 import StrictUndefined

from search_app.config import Settings
from search_app.engines.registry import LiveEngine
from search_app.service import read_synonyms
from search_app.web import assets, context, error_pages, guard, ids, source
from search_app.web.api import api
from search_app.web.source import EngineSource, warm_up
from search_app.web.views import pages

__all__ = ["EngineSource", "create_app", "warm_up"]


def create_app(settings: Settings | None = None, engines: EngineSource | None = None) -> Flask:
    """The application over ``engines``, or over the index that ``settings`` names.

    Without ``settings`` they are read from the environment. Raises ``BadSynonyms``.
    """
    settings = settings or Settings.from_env()
    app = Flask(__name__)
    app.debug = False  # whatever FLASK_DEBUG says: a debugger runs what it is sent
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.undefined = StrictUndefined
    own = read_synonyms(settings.synonyms)
    source.install(app, engines or LiveEngine(settings.index), own)
    ids.install(app)
    guard.install(app)
    context.install(app)
    error_pages.install(app, settings.index)
    app.after_request(assets.keep_versioned)
    app.register_blueprint(pages)
    app.register_blueprint(api)
    return app
