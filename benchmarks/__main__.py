"""``python -m benchmarks``: every measurement, one after the other."""

from benchmarks import ranking

if __name__ == "__main__":
    ranking.main()
