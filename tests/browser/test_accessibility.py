"""What axe-core finds on every page of a pack: nothing that bars a reader, by WCAG 2.2 A and AA and good practice."""

from tests.browser.visits import A4_WIDTH, AXE, Visit

AT_A_SCREEN = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"],
    },
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
# What depends on the width of the window and its colours; all else is the same page, and has been looked at.
AT_A_SIZE = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "target-size", "scrollable-region-focusable"]},
    "resultTypes": ["violations"],
}
ON_PAPER = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}


def faults_of(page, rules):
    """What axe-core finds on a page, each with the element it is found in."""
    page.evaluate("layout.lighten()")
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, rules)", rules)["violations"]
    return [f"{fault['id']}: {node['html'][:120]}" for fault in found for node in fault["nodes"]]


def test_axe_finds_nothing_on_a_screen(browser, pack):
    """Every page, with all that opens opened, has no violation."""
    pages = Visit(browser, pack, 1440).pages(opened=True)
    found = {name: faults for name, page in pages if (faults := faults_of(page, AT_A_SCREEN))}
    assert found == {}


def test_axe_finds_nothing_on_a_phone_in_the_dark(browser, pack):
    """The same of what a small and dark window changes: contrast, and room for a finger."""
    pages = Visit(browser, pack, 320, "dark").pages(opened=True)
    found = {name: faults for name, page in pages if (faults := faults_of(page, AT_A_SIZE))}
    assert found == {}


def test_axe_reads_everything_on_paper(browser, pack):
    """Set for a printer, all text stands out from what is behind it."""
    pages = Visit(browser, pack, A4_WIDTH, media="print").pages()
    found = {name: faults for name, page in pages if (faults := faults_of(page, ON_PAPER))}
    assert found == {}


def test_axe_finds_what_is_wrong(browser, tmp_path):
    """On a page with pale words, a nameless picture and a skipped heading each of them is found."""
    words = '<h1>A</h1><h3 style="color:#ccc">Pale words</h3><svg role="img"></svg>'
    page = f'<html lang="en-GB"><title>A</title><main>{words}</main>'
    (tmp_path / "bad.html").write_text(page, encoding="utf-8")
    ((_, page),) = [(name, faults_of(page, AT_A_SCREEN)) for name, page in Visit(browser, tmp_path, 390).pages()]
    assert {fault.partition(":")[0] for fault in page} >= {"color-contrast", "heading-order", "svg-img-alt"}
