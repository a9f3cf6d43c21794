"""A browser of the machine's own, and the packs that are looked at with it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser without a window; where the machine has none, the test is skipped."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(f"needs a browser: none of {', '.join(BROWSERS)} is installed")
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=found)
        yield running
        running.close()


@pytest.fixture(scope="module", params=["shipped", "public", "london", "leicestershire-2022"])
def pack(request: pytest.FixtureRequest, browser: Browser, made_pack: Callable[[str], Path]) -> Path:  # noqa: ARG001
    """Each pack in turn; none is made where no browser can look at it."""
    return made_pack(request.param)
