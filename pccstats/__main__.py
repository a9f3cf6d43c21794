"""So that `python -m pccstats` is the same as `pccstats`."""

from pccstats.cli import main

if __name__ == "__main__":
    main()
