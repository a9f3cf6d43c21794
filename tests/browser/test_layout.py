"""Every page of a pack as a browser lays it out: nothing runs over, and a keyboard reaches everything."""

import pytest

from tests.browser.visits import A4_WIDTH, Visit

WIDTHS = {"desk": 1440, "phone": 390, "small phone": 320}


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_nothing_runs_over(browser, pack, width):
    """No page is wider than its window, no cell spills into the next, and what scrolls can be reached and is named.

    Meanwhile a page asks for itself alone, and for what it carries in itself.
    """
    visit = Visit(browser, pack, width)
    asked = ("overflow", "spills", "scrollers", "ends")
    names, found = [], {}
    for name, page in visit.pages(opened=True):
        names.append(name)
        found |= {f"{name}: {check}": faults for check in asked if (faults := page.evaluate(f"layout.{check}()"))}
    assert found == {}
    assert sorted(url for url in visit.asked_for if not url.startswith("data:")) == [
        (pack / f"{name}.html").as_uri() for name in names
    ]


def test_what_runs_over_is_found(browser, tmp_path):
    """On a page that is too wide, with a cell too narrow and a box no key reaches, each of them is found."""
    cell = '<table style="table-layout:fixed;width:4em"><tr><td>Unpronounceably<td>1</table>'
    box = '<div style="overflow-x:auto"><p style="width:900px">wide</div>'
    page = f'<meta name="viewport" content="width=device-width">{cell}{box}<p style="width:500px">wider'
    (tmp_path / "bad.html").write_text(page, encoding="utf-8")
    for _, shown in Visit(browser, tmp_path, WIDTHS["phone"]).pages():
        for check in ("overflow", "spills", "scrollers"):
            assert len(shown.evaluate(f"layout.{check}()")) == 1, check


def test_nothing_spills_on_paper(browser, pack):
    """Set for a printer, no page is wider than the sheet and no cell spills into the next."""
    visit = Visit(browser, pack, A4_WIDTH, media="print")
    found = {
        f"{name}: {check}": faults
        for name, page in visit.pages()
        for check in ("overflow", "spills")
        if (faults := page.evaluate(f"layout.{check}()"))
    }
    assert found == {}


def test_the_tab_key_goes_through_a_page_in_its_order(browser, pack):
    """First the link past the navigation, then the navigation; nothing jumps the order; every stop is reached."""
    for name, page in Visit(browser, pack, WIDTHS["small phone"]).pages():
        assert page.evaluate("layout.orderGiven()") == [], name
        reached = []
        for _ in range(page.evaluate("layout.stops()")):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("layout.place()"))
        assert reached[0]["words"].startswith("a.skip"), name
        assert reached[0]["isSeen"], f"{name}: the link past the navigation is not seen when it has the focus"
        assert reached[1]["isNavigation"], name
        assert [stop["place"] for stop in reached] == sorted({stop["place"] for stop in reached}), name
