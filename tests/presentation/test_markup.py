"""What the templates write: text stays text, parts and finished markup stand as they are, layout stays out."""

import re

import jinja2
import pytest

from pccstats.presentation.markup import Beneath, LineBreaks, Markup, environment, rendered, safe_markdown
from pccstats.presentation.states import Chip

ATTACK = "<script>\"'&"
ESCAPED = "&lt;script&gt;&#34;&#39;&amp;"


def filled(template: str, **values: object) -> str:
    """A template of one's own, under the rules of ours."""
    loader = jinja2.DictLoader({"a": template})
    return environment(loader, extensions=[LineBreaks]).get_template("a").render(**values)


def test_text_is_escaped_and_parts_are_not_escaped_again():
    """Text from data becomes no markup, in an element or an attribute; a part and finished markup are written once."""
    given = {"text": ATTACK, "part": Beneath(ATTACK), "done": Markup("<b>1</b>")}
    assert filled('<p title="{{ text }}">{{ part }}{{ done }}', **given) == f'<p title="{ESCAPED}">{ESCAPED}<b>1</b>'


def test_a_verdict_is_escaped_wherever_its_words_come_from():
    """Kind, shape, words and what stands beneath are text."""
    assert str(Chip(ATTACK, ATTACK, ATTACK, ATTACK).to_html()).count(ESCAPED) == 4


def test_a_name_that_is_not_given_is_an_error():
    """A view that forgets a value fails; it does not leave a blank."""
    with pytest.raises(jinja2.UndefinedError):
        rendered("lead.html.j2")


def test_line_breaks_beside_tags_stay_out_of_the_page():
    """Indentation is layout, a space within a line is not, and what data holds is left alone."""
    template = "<ul>\n  {% for word in words %}\n    <li>{{ word }}</li> <b>1</b>\n  {% endfor %}\n</ul>\n"
    assert filled(template, words=["a\n <", "b"]) == "<ul><li>a\n &lt;</li> <b>1</b><li>b</li> <b>1</b></ul>"


def test_a_fault_in_a_template_is_found_on_its_line():
    """Lines are still counted for Jinja's messages."""
    with pytest.raises(jinja2.TemplateSyntaxError) as caught:
        filled("<p>\n  <b>\n    {% if %}\n")
    assert caught.value.lineno == 3


def test_no_template_switches_escaping_off(root):
    """Nothing is declared safe inside a template; what is finished markup says so itself."""
    templates = [*(root / "pccstats").rglob("*.html.j2"), *(root / "pccstats").rglob("*.svg.j2")]
    assert len(templates) > 15
    found = [path.name for path in templates if re.search(r"\|\s*safe\b|autoescape", path.read_text(encoding="utf-8"))]
    assert found == []


def test_every_template_is_used(root):
    """A template that nothing names is gone."""
    folder = root / "pccstats" / "presentation"
    texts = [
        path.read_text(encoding="utf-8") for pattern in ("*.py", "*.j2") for path in (root / "pccstats").rglob(pattern)
    ]
    unused = [
        path.name for path in (folder / "templates").iterdir() if not any(f'"{path.name}"' in text for text in texts)
    ]
    assert unused == []


def test_received_text_leads_nowhere_and_ours_may():
    """Links and pictures of others become words; a notebook's own links stay, but never to a script."""
    text = "## A\n[b](c.html) ![d](e.png) <i>"
    assert safe_markdown(text) == "<h5>A</h5>\n<p>b d &lt;i&gt;</p>\n"
    ours = safe_markdown("## A\n[b](c.html) [x](javascript:y)", is_ours=True)
    assert ours == '<h2>A</h2>\n<p><a href="c.html">b</a> [x](javascript:y)</p>\n'
