import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leverage.render import Step, details, element_id, escape, figure, fragment, page, waterfall

VOID = {"meta", "link", "br"}
NASTY = "<script>alert('1')</script> \"q\" & x"


class Outline(HTMLParser):
    """Checks nesting and keeps what was read."""

    def __init__(self, source):
        super().__init__()
        self.open, self.tags, self.attributes, self.text = [], [], [], ""
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def chart(key):
    return waterfall(
        key=key, title=NASTY, description="d", start=0, start_label="0", steps=[Step("a", 1)], end_label="e"
    )


def selectors(css):
    rules = re.sub(r"@media[^{]*\{", "", css)
    for group in re.findall(r"([^{}]+)\{", rules):
        yield from (selector.strip() for selector in group.split(","))


@pytest.fixture
def document():
    body = f"<h1>One</h1>{details(NASTY, '<p>x</p>')}{figure(chart('a'), NASTY)}{figure(chart('b'))}"
    return page(NASTY, body, language='de" onload="x')


def test_escape():
    assert escape(NASTY) == ("&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt; &quot;q&quot; &amp; x")
    assert escape("a\x00b\x1b\ud800") == "a\ufffdb\ufffd\ufffd"


def test_details():
    assert details("a <b>", "<p>x</p>") == (
        '<details>\n<summary>a &lt;b&gt;</summary>\n<div class="lv-body">\n<p>x</p>\n</div>\n</details>'
    )
    assert details("a", "", opened=True).startswith("<details open>")


def test_fragment_is_one_scoped_section():
    html = fragment("<p>x</p>", key="kursk")
    assert html.startswith('<section class="lv" id="lv-kursk">\n<style>')
    assert html.endswith("</style>\n<p>x</p>\n</section>")
    assert html.count("<style>") == 1
    Outline(html)


def test_every_selector_begins_with_lv(document):
    for css in re.findall(r"<style>(.*?)</style>", document + fragment("", key="k"), re.DOTALL):
        found = list(selectors(css))
        assert len(found) > 20
        assert [selector for selector in found if not selector.startswith(".lv")] == []


def test_styles_serve_dark_and_print(document):
    assert "@media (prefers-color-scheme: dark)" in document
    assert "@media print" in document
    assert "::details-content { content-visibility: visible" in document


def test_page_is_a_whole_document(document):
    outline = Outline(document)
    assert document.startswith("<!DOCTYPE html>\n<html lang=")
    assert outline.tags[:3] == ["html", "head", "meta"]
    assert ("meta", "charset", "utf-8") in outline.attributes
    assert ("meta", "name", "viewport") in outline.attributes
    assert outline.tags.count("main") == 1
    assert ("a", "href", "#content") in outline.attributes
    assert ("main", "id", "content") in outline.attributes


def test_page_runs_and_requests_nothing(document):
    outline = Outline(document)
    assert "script" not in outline.tags
    assert "img" not in outline.tags
    assert not [name for _, name, _ in outline.attributes if name.startswith("on")]
    links = [value for _, name, value in outline.attributes if name in ("href", "src", "xlink:href")]
    assert set(links) == {"data:,", "#content"}
    assert "@import" not in document
    assert re.findall(r"url\((?!#)", document) == []
    assert "default-src 'none'" in document


def test_ids_of_a_page_are_unique(document):
    ids = [value for _, name, value in Outline(document).attributes if name == "id"]
    assert len(ids) == len(set(ids)) == 7


def test_title_and_language_are_escaped(document):
    assert "<title>&lt;script&gt;alert(&#x27;1&#x27;)" in document
    assert 'lang="de&quot; onload=&quot;x"' in document


def test_element_ids():
    assert element_id("kursk-2025") == "lv-kursk-2025"
    assert element_id("a b", "title") == "lv-a_20_b.title"


@given(st.text(), st.text())
def test_different_keys_make_different_ids(one, other):
    assert re.fullmatch(r"[A-Za-z0-9_-]+", element_id(one))
    assert (element_id(one) == element_id(other)) == (one == other)
    assert element_id(one, "title") != element_id(other)
