"""The Whoosh index: its segments hold arrays, which compiled kernels score."""
