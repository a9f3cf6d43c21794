"""The readers: a module of this folder for every family of formats, each registered under its own name.

A further format is a further module and nothing else: every module here is imported, and registers what it reads.
"""

from importlib import import_module
from pkgutil import iter_modules

from pccstats.sources.readers.reading import READERS, Progress, Reader, Reading, Source

for _module in iter_modules(__path__):
    import_module(f"pccstats.sources.readers.{_module.name}")

__all__ = ["READERS", "Progress", "Reader", "Reading", "Source"]
