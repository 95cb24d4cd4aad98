"""The review sheet: self-contained, deaf to what an article says, and decided on in a real browser."""

import base64
import datetime as dt
import hashlib
import html.parser
import itertools
import json
import re
import time

import pytest

from leverage.builders import check_shares
from leverage.case import load_case
from leverage.codebook import load_codebook
from leverage.coding.applying import apply_decisions
from leverage.coding.log import add_suggestions
from leverage.coding.review import Desk
from leverage.faults import InputError
from leverage.report.articles import segments
from leverage.report.review_sheet import review_sheet

from .._chromium import PATH, Browser

AT = dt.datetime(2025, 3, 3, 9, 0, tzinfo=dt.UTC)
HOSTILE = "</script><img src=x onerror=\"document.title='broken'\"><!-- {{ 7 * 7 }} </mark>"


def desk_of(folder):
    return Desk(folder, load_codebook(), "ann", lambda: AT, checks=(check_shares,))


@pytest.fixture
def folder(write_case, suggestions, suggest):
    """The small case; one suggestion stands within another."""
    place = write_case()
    within = suggest("71 per cent", factor="ally_backing", indicator="strength", direction="-", tier="rest")
    add_suggestions(place, [*suggestions, within], at=AT, by="ann", article="paper")
    return place


@pytest.fixture
def hostile(write_case, suggest):
    """A case whose article, names and suggestions hold what could become markup or code."""
    text = f"# T\n\nThe union {HOSTILE} holds.\u2028It & more.\n"
    place = write_case(("name: The union", f"name: '{HOSTILE.replace(chr(39), chr(39) * 2)}'"))
    old = (place / "article.md").read_text()
    case = (place / "case.yaml").read_text()
    hashes = [hashlib.sha256(each.encode()).hexdigest() for each in (old, text)]
    (place / "case.yaml").write_text(
        case.replace(*hashes).replace("passage: {article: paper", "note: no # {")
    )
    (place / "article.md").write_text(text)
    said = suggest(HOSTILE, text=text, attributed_to=HOSTILE, rules=[HOSTILE])
    add_suggestions(place, [said], at=AT, by="ann", article="paper")
    return place


class Reader(html.parser.HTMLParser):
    """Tags, links, ids and the words of the article."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.tags, self.links, self.ids, self.labels, self.words = [], [], [], [], []
        self._inside, self._button = 0, False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("src", "href", "action", "data")]
        self.ids += [given["id"]] if "id" in given else []
        self.labels += [given["for"]] if "for" in given else []
        self._inside += "rv-text" in (given.get("class") or "")
        self._button = tag == "button"

    def handle_endtag(self, tag):
        self._button = False
        if tag == "div" and self._inside:
            self._inside = 0

    def handle_data(self, data):
        if self._inside and not self._button:
            self.words.append(data)


class TestPage:
    def test_is_self_contained_and_runs_its_own_script_alone(self, folder):
        page = review_sheet(desk_of(folder))
        reader = Reader(page)
        assert all(link.startswith(("#", "data:")) for link in reader.links)
        assert len(reader.ids) == len(set(reader.ids))
        assert set(reader.labels) <= set(reader.ids)
        script = re.search(r"<script>(.*?)</script>", page, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert "default-src 'none'; " in page
        assert f"script-src 'sha256-{digest}'" in page
        assert not re.search(r"fetch\(|XMLHttpRequest|innerHTML|eval\(|https?://", page)

    def test_every_word_of_the_article_in_order(self, folder):
        page = review_sheet(desk_of(folder))
        assert "".join(Reader(page).words).split() == (folder / "article.md").read_text().split()

    def test_a_passage_within_another(self, folder, suggestions):
        page = review_sheet(desk_of(folder))
        marks = re.findall(r'<mark class="rv-mark ([^"]*)" data-ids="([^"]*)">([^<]*)</mark>', page)
        vote = suggestions[0].id
        over = [(kind, words) for kind, ids, words in marks if vote in ids.split()]
        assert over == [
            ("rv-plus", "Its members voted by "),
            ("rv-unknown rv-many", "71 per cent"),
            ("rv-plus", " to go on"),
        ]
        assert [words for kind, _, words in marks if kind == "rv-minus"] == []

    def test_the_same_twice(self, folder):
        assert review_sheet(desk_of(folder)) == review_sheet(desk_of(folder))

    def test_what_the_decisions_will_name(self, folder):
        page = review_sheet(desk_of(folder))
        data = json.loads(re.search(r'id="rv-data">(.*?)</script>', page, re.DOTALL)[1])
        loaded = load_case(folder)
        assert (data["case"], data["article"]) == ("mill", "paper")
        assert data["sha256"] == loaded.article("paper").sha256
        assert data["codebook"] == loaded.codebook.coding_hash

    def test_nothing_that_was_written_becomes_markup(self, hostile):
        page = review_sheet(desk_of(hostile))
        reader = Reader(page)
        assert "img" not in reader.tags
        assert reader.tags.count("script") == 2
        assert HOSTILE.split()[0] in "".join(reader.words)
        assert "49" not in "".join(reader.words)

    def test_refusals(self, folder, write_case, suggest, tmp_path):
        with pytest.raises(InputError, match="no suggestion waits"):
            review_sheet(desk_of(folder), article="paper", actor="company", tier="top")
        (folder / "article.md").write_text("Another text.")
        with pytest.raises(InputError, match="that was coded is not at hand"):
            review_sheet(desk_of(folder))

    def test_pieces(self):
        from leverage.case import Span

        spans = [Span(1, 5), Span(3, 8), Span(3, 5)]
        assert list(segments("0123456789", spans)) == [
            *((0, 1, []), (1, 3, [0]), (3, 5, [0, 1, 2]), (5, 8, [1]), (8, 10, [])),
        ]


@pytest.mark.skipif(PATH is None, reason="no chromium on PATH to open the sheet in")
class TestBrowser:
    @pytest.fixture
    def sheet(self, folder, tmp_path):
        file = tmp_path / "sheet.html"
        file.write_text(review_sheet(desk_of(folder)), encoding="utf-8")
        return file

    @pytest.fixture
    def browser(self, tmp_path):
        with Browser(tmp_path) as found:
            yield found

    @staticmethod
    def text(browser, name):
        return browser.run(f"document.getElementById('rv-{name}').textContent")

    @staticmethod
    def value(browser, name):
        return browser.run(f"document.getElementById('rv-{name}').value")

    @staticmethod
    def choose(browser, name, value):
        browser.run(
            f"(() => {{ const s = document.getElementById('rv-{name}'); s.value = {json.dumps(value)};"
            " s.dispatchEvent(new Event('change', {bubbles: true})); })()"
        )

    def focused(self, browser):
        return browser.run("document.activeElement.id || document.activeElement.dataset.id")

    def decisions(self, browser):
        return {each["id"]: each for each in json.loads(self.value(browser, "json"))["decisions"]}

    def test_by_keys_from_the_sheet_into_the_case(self, browser, sheet, folder, suggestions, tmp_path):
        vote, held, waits = suggestions
        browser.open(sheet)
        assert self.text(browser, "current-title") == "1: Territory held: share held, The union"
        browser.press("j")  # the vote, in the order of the list: its number is proposed
        assert self.text(browser, "current-title") == "2: Domestic support: carry on, The union"
        assert (self.value(browser, "value"), self.value(browser, "unit")) == ("71", "%")
        assert browser.run("document.getElementById('rv-exact').checked")
        browser.press("a", "Enter")
        assert self.decisions(browser)[vote.id] == {
            **{"do": "accept", "id": vote.id, "factor": "domestic_support", "indicator": "carry_on"},
            **{"actor": "union", "direction": "+", "reading": {"value": 71, "unit": "%"}},
            **{"interval": "exact", "kind": "fact"},
        }
        # The next that is open, and after it time remaining, whose indicator is open too.
        browser.press("s")
        assert self.text(browser, "current-title") == "4: Time remaining, The company"
        browser.press("a", "Enter")
        assert "Choose the indicator that it is a reading of." in self.text(browser, "problems")
        assert self.focused(browser) == "rv-indicator"
        self.choose(browser, "indicator", "days_needed")
        assert (self.value(browser, "value"), self.value(browser, "unit")) == ("3", "weeks")
        browser.press("Escape", "r")
        browser.type("no day of its own")
        browser.press("Enter", "s")
        browser.run("document.getElementById('rv-coder').focus()")
        browser.type("cyd")
        browser.run("document.getElementById('rv-download').click()")
        file = tmp_path / "decisions-paper.json"
        end = time.monotonic() + 30
        while not file.exists() and time.monotonic() < end:
            time.sleep(0.05)
        assert browser.errors == []
        desk = desk_of(folder)
        done = apply_decisions(desk, file)
        assert {what: count for what, count in done.counts.items() if count} == {
            **{"accepted": 1, "rejected": 1, "skipped": 2},
        }
        assert load_case(folder).case.evidence[-1].coder == "cyd"
        assert desk.entry(waits.id).decisions[-1].reason == "no day of its own"
        assert desk.entry(held.id).state == "skipped"

    def test_what_is_wrong_is_said_at_its_field(self, browser, sheet):
        browser.open(sheet)
        browser.press("a", "Enter")
        assert self.text(browser, "problems").count(".") == 3
        assert self.focused(browser) == "rv-stake" or self.value(browser, "stake") == "forest"
        cases = [
            ("150", "exact", "", "", "The reading must lie from 0 to 100 %."),
            ("50", "between", "60", "70", "The interval leaves its reading out."),
            ("50", "between", "70", "60", "The lowest reading is above the highest."),
            ("50", "between", "-1", "60", "The interval must lie from 0 to 100 %."),
            ("fifty", "exact", "", "", "Give the reading as a number from 0 to 100 %, or choose a step."),
        ]
        self.choose(browser, "unit", "%")
        for value, interval, low, high, told in cases:
            browser.run(f"document.getElementById('rv-{interval}').click()")
            for name, typed in (("value", value), ("low", low), ("high", high), ("note", "Because.")):
                browser.run(f"document.getElementById('rv-{name}').value = {json.dumps(typed)}")
            browser.run("document.getElementById('rv-accept').click()")
            assert self.text(browser, "problems") == told
        assert self.decisions(browser) == {}

    def test_a_stake_brings_its_own_unit(self, browser, sheet, folder, suggestions):
        browser.open(sheet)
        assert self.value(browser, "stake") == "forest"
        self.choose(browser, "unit", "km2")
        for name, typed in (("value", "1,000"), ("low", "900"), ("high", "1100"), ("note", "By map.")):
            browser.run(f"document.getElementById('rv-{name}').focus()")
            browser.type(typed)
        browser.run("document.getElementById('rv-accept').click()")
        decision = self.decisions(browser)[suggestions[1].id]
        assert decision["reading"] == {"value": 1000, "unit": "km2"}
        assert decision["interval"] == {"low": 900, "high": 1100, "means": "outer"}
        assert decision["stake"] == "forest"

    def test_decisions_and_drafts_outlive_a_reload(self, browser, sheet, suggestions):
        browser.open(sheet)
        browser.press("r", "Enter")
        browser.run("document.getElementById('rv-note').focus()")
        browser.type("half a thought")
        before = self.decisions(browser)
        assert list(before) == [suggestions[1].id]
        browser.reload()
        assert self.decisions(browser) == before
        assert self.value(browser, "note") == "half a thought"
        browser.press("k", "u")
        assert self.decisions(browser) == {}

    def test_a_changed_form_takes_its_decision_back(self, browser, sheet):
        browser.open(sheet)
        browser.press("s", "k")
        assert len(self.decisions(browser)) == 1
        browser.run("document.getElementById('rv-note').focus()")
        browser.type("after all")
        assert self.decisions(browser) == {}
        assert self.text(browser, "status") == "Changed, so its decision was taken back."

    def test_corrections_and_a_step_of_the_scale(self, browser, sheet, suggestions):
        browser.open(sheet)
        browser.press("e")
        assert self.focused(browser) == "rv-factor"
        self.choose(browser, "factor", "ally_backing")
        self.choose(browser, "indicator", "reliability")
        self.choose(browser, "actor", "company")
        self.choose(browser, "direction", "-")
        self.choose(browser, "anchor", "steady")
        assert browser.run("document.getElementById('rv-value').disabled")
        browser.run("document.getElementById('rv-exact').click()")
        browser.run("document.getElementById('rv-note').focus()")
        browser.type("It has held.")
        browser.run("document.getElementById('rv-accept').click()")
        decision = self.decisions(browser)[suggestions[1].id]
        assert (decision["factor"], decision["indicator"], decision["actor"], decision["direction"]) == (
            *("ally_backing", "reliability", "company", "-"),
        )
        assert decision["reading"] == {"anchor": "steady"}
        assert "stake" not in decision

    def test_keys_are_letters_where_text_is_typed_or_they_are_switched_off(self, browser, sheet):
        browser.open(sheet)
        browser.run("document.getElementById('rv-reason').focus()")
        browser.press("s", "j")
        assert self.value(browser, "reason") == "sj"
        assert self.decisions(browser) == {}
        browser.press("Escape")
        browser.run("document.getElementById('rv-shortcuts').click()")
        browser.press("s")
        assert self.decisions(browser) == {}

    def test_a_click_on_a_passage_goes_round_those_that_overlap(self, browser, sheet):
        browser.open(sheet)
        titles = []
        for _ in range(3):
            browser.run("document.querySelector('.rv-many').click()")
            titles.append(self.text(browser, "current-title")[:1])
        assert titles == ["2", "3", "2"]

    def test_a_hostile_article_does_nothing(self, browser, hostile, tmp_path):
        file = tmp_path / "sheet.html"
        file.write_text(review_sheet(desk_of(hostile)), encoding="utf-8")
        browser.open(file)
        assert browser.run("document.title") == "Review: Talks at the mill"
        assert browser.run("document.images.length") == 0
        assert self.text(browser, "quote") == HOSTILE
        browser.run("document.getElementById('rv-note').focus()")
        browser.type(HOSTILE)
        browser.press("Escape", "r", "Enter")
        browser.reload()
        assert browser.run("document.images.length") == 0
        assert browser.errors == []
        sent = [event["params"] for event in browser.told if event["method"] == "Network.requestWillBeSent"]
        assert {each["request"]["url"].split(":")[0] for each in sent} <= {"file", "data"}

    def test_everything_can_be_named_and_seen(self, browser, sheet):
        """What a screen reader needs: a language, one h1, no level left out, a name for every control."""
        browser.open(sheet)
        assert browser.run("document.documentElement.lang") == "en"
        levels = browser.run("[...document.querySelectorAll('h1,h2,h3')].map((h) => Number(h.tagName[1]))")
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))
        nameless = browser.run(
            "[...document.querySelectorAll('input, select, textarea, button')].filter((e) =>"
            " !(e.getAttribute('aria-label') || (e.labels && e.labels.length) || e.textContent.trim()))"
            ".map((e) => e.id)"
        )
        assert nameless == []
        browser.press("Tab")
        assert browser.run("getComputedStyle(document.activeElement).outlineStyle") != "none"
