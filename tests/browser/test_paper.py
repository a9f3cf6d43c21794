"""The pack as a printer gives it: few sheets, none nearly empty, no heading left alone at the foot of one."""

import numpy as np
import pypdfium2
import pytest

from tests.browser.visits import A4_WIDTH, Visit

MOST_SHEETS = 40
LEAST_FILLED = 0.08  # of the height of a sheet between the margins: some five lines
ROOM_UNDER_A_HEADING = 38  # points: the heading itself and two lines
MARGIN = 40  # points: it holds the number of the sheet
PAPER = 250  # lighter is paper, of 255


@pytest.fixture(scope="module")
def printed(browser, pack, tmp_path_factory):
    """Each page printed, by its name."""
    folder, sheets = tmp_path_factory.mktemp("printed"), {}
    for name, page in Visit(browser, pack, A4_WIDTH, media="print").pages():
        page.pdf(
            path=folder / f"{name}.pdf", prefer_css_page_size=True, print_background=False, outline=True, tagged=True
        )
        sheets[name] = pypdfium2.PdfDocument(folder / f"{name}.pdf")
    yield sheets
    for document in sheets.values():
        document.close()


def filled(sheet):
    """How far down a sheet there is ink, as a part of the height between its margins."""
    height = sheet.get_height()
    ink = (sheet.render(scale=0.5, grayscale=True).to_numpy() < PAPER).any(axis=1)
    inside = np.flatnonzero(ink[: int((height - MARGIN) * 0.5)])
    return (inside[-1] / 0.5 - MARGIN) / (height - 2 * MARGIN) if len(inside) else 0.0


def test_the_pack_is_no_more_sheets_than_people_print(printed, request):
    """The shipped pack takes fewer than forty sheets of A4; each page at least one."""
    counts = {name: len(document) for name, document in printed.items()}
    assert min(counts.values()) >= 1
    if "shipped" in request.node.name:
        assert sum(counts.values()) < MOST_SHEETS, counts


def test_every_sheet_is_a4_and_the_dashboard_lies_on_its_side(printed):
    """Portrait but for the dashboard, whose table is wide."""
    for name, document in printed.items():
        for sheet in document:
            width, height = (round(side) for side in sheet.get_size())
            expected = (842, 595) if name == "dashboard" else (595, 842)
            assert (width, height) == pytest.approx(expected, abs=2), name


def test_no_sheet_is_nearly_empty(printed):
    """Every sheet is printed for more than a line or two."""
    found = {
        f"{name}, sheet {number}": round(part, 2)
        for name, document in printed.items()
        for number, sheet in enumerate(document, start=1)
        if (part := filled(sheet)) < LEAST_FILLED
    }
    assert found == {}


def test_a_heading_stays_with_what_follows(printed):
    """No heading stands at the foot of a sheet with nothing under it."""
    found = []
    for name, document in printed.items():
        for heading in document.get_toc():
            place = heading.get_dest()
            _, (_, top, *_) = place.get_view()
            if top < MARGIN + ROOM_UNDER_A_HEADING:
                found.append(f"{name}, sheet {place.get_index() + 1}: {heading.get_title()}")
    assert found == []
