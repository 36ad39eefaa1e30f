"""Engines: the oracle in memory, and the Whoosh index."""
