"""Names as parts of file names and addresses."""

from __future__ import annotations

import re
import unicodedata


def slug(title: str) -> str:
    """A title as part of a file name: small ASCII letters, digits and hyphens.

    Examples
    --------
    >>> slug("Blaby and Hinckley & Bosworth")
    'blaby-and-hinckley-bosworth'
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode("ascii").lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))
