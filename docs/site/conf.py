"""Settings of the documentation's site, which `python tools/make_site.py` builds; Sphinx reads this by its name.

The pages are the repository's own Markdown, where they lie: the source folder is the repository itself.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tools.site_pages import palettes  # noqa: E402 the repository is on the path now

LIGHT, DARK = palettes((ROOT / "pccstats" / "batch" / "template" / "page.css").read_text(encoding="utf-8"))

project = "pccstats"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "tools.site_pages"]
source_suffix = {".md": "markdown"}
root_doc = "README"
include_patterns = ["*.md", "docs/**", "data/raw/README.md", "examples/*/README.md", "pccstats/reference/README.md"]
include_patterns += ["tests/reference_cases/README.md"]
suppress_warnings = ["config.cache"]  # the navigation and the colours are made new each time
# Captions of the sidebar, and what stands under each: names of pages without their ending, `*` for all of a folder.
# A page that is not there is passed over; one that stands nowhere fails the build.
navigation = {
    "Begin": ["docs/install", "docs/tutorial", "docs/any-force", "docs/packs", "docs/readers", "docs/workbench"],
    "How to": [
        "docs/how-to",
        "docs/next-quarter",
        "docs/withholding",
        "docs/how-to/*",
        "docs/returns",
        "docs/at-scale",
    ],
    "Look up": [
        *("docs/pack", "docs/gallery", "docs/reference", "docs/input", "docs/plan-file", "docs/sources-file"),
        *("docs/glossary", "examples/*/README", "pccstats/reference/README"),
    ],
    "Trust it": [
        *("docs/trust", "docs/methods", "docs/deviations", "docs/reliability", "docs/qa/*", "data/raw/README"),
        *("tests/reference_cases/README", "docs/rap", "docs/leaving"),
    ],
    "Work on it": [
        *("docs/architecture", "CONTRIBUTING", "docs/decisions/README", "docs/licences", "SECURITY", "CHANGELOG"),
    ],
}
beneath = {
    "docs/methods": ["docs/methods/*"],
    "docs/reference": ["docs/reference/*"],
    "docs/decisions/README": ["docs/decisions/0*"],
}

drawn = ["docs/gallery"]  # pages whose blocks of Python are run, with what each gives beneath it

myst_heading_anchors = 4
highlight_language = "none"  # of a block that names no language
autodoc_member_order = "bysource"
toc_object_entries = False  # every name has a heading already
autodoc_typehints = "none"  # the sections of a docstring say the types, with units and ranges
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True

html_theme = "furo"
html_title = "pccstats"
html_static_path = ["house.css"]
html_css_files = ["house.css"]
html_additional_pages = {"index": "to-the-first-page.html"}
templates_path = ["templates"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_show_search_summary = False  # it would fetch the pages, which a browser refuses to pages opened from a folder
html_theme_options = {"light_css_variables": LIGHT, "dark_css_variables": DARK}
