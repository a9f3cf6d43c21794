"""The quarterly return of a partnership: the spreadsheet that is filled in, and its reader."""

from pccstats.sources.returns.read import read_return
from pccstats.sources.returns.write import write_return

__all__ = ["read_return", "write_return"]
