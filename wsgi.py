"""The entry point for WSGI servers: ``gunicorn --preload --limit-request-line 0 wsgi:app``.

Preloaded, all workers share one copy of what a search needs (see README).
Without its limit on the request line gunicorn lets through what the application itself limits:
1,000 accented letters are 9,000 bytes in an address, and gunicorn stops at 4,094.
"""

from search_app.web import create_app, warm_up

app = create_app()
warm_up(app)
