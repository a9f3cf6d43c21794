"""The pages of a pack in a browser, one after another."""

from collections.abc import Iterator
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Browser, Page

LAYOUT = (Path(__file__).parent / "layout.js").read_text(encoding="utf-8")
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
HEIGHT = 900
A4_WIDTH = 688  # CSS pixels between the margins of a sheet


class Visit:
    """The pages of a folder, one after another, in a window of one width and one colour scheme.

    The policy of a page forbids scripts. It is bypassed for the checks, which are scripts; what the page asks for is
    noted all the same.
    """

    def __init__(
        self, browser: Browser, folder: Path, width: int, scheme: str = "light", media: str = "screen"
    ) -> None:
        self.folder = folder
        self.asked_for: list[str] = []
        self._context = browser.new_context(
            viewport={"width": width, "height": HEIGHT}, color_scheme=scheme, bypass_csp=True
        )
        self._context.on("request", lambda request: self.asked_for.append(request.url))
        self._media = media

    def pages(self, *, opened: bool = False) -> Iterator[tuple[str, Page]]:
        """The name of each page and the page itself, with the checks of `layout.js` in it."""
        page = self._context.new_page()
        page.emulate_media(media=self._media)
        for path in sorted(self.folder.glob("*.html")):
            page.goto(path.as_uri())
            page.evaluate(LAYOUT)
            if opened:
                page.evaluate("layout.openAll()")
            yield path.stem, page
        self._context.close()
