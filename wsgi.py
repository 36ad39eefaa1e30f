"""The entry point for WSGI servers: ``gunicorn -w 2 --threads 4 --limit-request-line 0 wsgi:app``.

Without its limit on the request line gunicorn lets through what the application itself limits:
1,000 accented letters are 9,000 bytes in an address, and gunicorn stops at 4,094.
"""

from search_app.web import create_app

app = create_app()
