"""``python -m search_app``: the command line."""

import sys

from search_app.cli import main

if __name__ == "__main__":
    sys.exit(main())
