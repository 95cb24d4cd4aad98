"""The report: every section, every piece of evidence, nothing fetched, and readable in a browser."""

import hashlib
import html.parser
import re
import shutil
import subprocess

import pytest

from leverage.builders import feature_table
from leverage.case import load_case
from leverage.model import case_weights, equal_weights, score_table
from leverage.report import make_report
from leverage.report.articles import article_html
from leverage.robustness import Doubt, Settings, robustness

CHROMIUM = shutil.which("chromium")


def reported(loaded, policy="bounds", baseline="opponent", scenarios=None):
    table = feature_table(loaded, scenarios, missing=policy)
    scores = [
        score_table(table, weights, policy)
        for weights in (case_weights(loaded), equal_weights(loaded.codebook))
    ]
    return make_report(loaded, scores, scenarios or list(loaded.states), baseline)


@pytest.fixture(scope="module")
def page(kursk):
    return reported(kursk).to_html()


class Reader(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.links, self.ids, self.words = [], [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("src", "href", "data", "action")]
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in ("meta", "link", "br", "img", "hr"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def scored_evidence(loaded):
    return {piece.evidence.id for state in loaded.states.values() for piece in state.pieces}


class TestPage:
    def test_is_well_formed_and_self_contained(self, page):
        reader = Reader(page)
        assert reader.open == []
        assert "script" not in reader.tags
        assert all(link.startswith(("#", "data:")) for link in reader.links)
        assert len(reader.ids) == len(set(reader.ids))
        assert {link[1:] for link in reader.links if link.startswith("#")} <= set(reader.ids)
        assert "default-src 'none'" in page

    def test_every_section(self, page, kursk):
        for anchor in ("explanations", "changes", "scenarios", "weights", "articles"):
            assert re.search(f"<h2 id=['\"]{anchor}['\"]>", page)
            assert f'href="#{anchor}"' in page
        text = " ".join(" ".join(Reader(page).words).split())
        assert " ".join(kursk.case.question.split()) in text
        assert "As of 2025-01-06, deadline 2025-01-20." in text

    @pytest.mark.parametrize("seed", ["kursk", "harbour"])
    def test_every_piece_of_evidence(self, seed, request):
        loaded = request.getfixturevalue(seed)
        words = set(re.findall(r"[\w.-]+", " ".join(Reader(reported(loaded).to_html()).words)))
        assert scored_evidence(loaded) <= words

    def test_every_scenario_with_the_reason_for_every_change(self, page, kursk):
        text = " ".join(" ".join(Reader(page).words).split())
        for scenario in kursk.case.scenarios:
            assert scenario.title in text
            for change in scenario.changes:
                assert " ".join(change.reason.split()) in text

    def test_weights_with_author_reason_and_theory(self, page):
        text = " ".join(" ".join(Reader(page).words).split())
        assert "By project authors." in text
        assert "Ground held is what the talks would be about" in text
        assert "Nash (1950)" in text
        assert "v = (1 - exp(-4 x)) / (1 - exp(-4))" in text

    def test_the_article_with_its_passages_marked(self, kursk):
        article = kursk.case.articles[0]
        text = article_html(kursk, article)
        assert "<mark title=" in text
        assert article.sha256 in text
        assert "It restates a newspaper analysis" in text
        for evidence in kursk.case.evidence:
            if evidence.passage:
                assert evidence.id in text
        # The words of the article are all there, in order, marks taken out.
        bare = re.sub(r"<sup>.*?</sup>|<[^>]+>", "", text.partition('pre-line">')[2])
        reader = Reader(f"<p>{bare.partition('</div>')[0]}</p>")
        assert "".join(reader.words).split() == kursk.texts["brief"].split()

    def test_an_article_that_is_not_at_hand(self, harbour):
        text = article_html(harbour, next(a for a in harbour.case.articles if a.file is None))
        assert "not verified here" in text
        assert "<mark" not in text

    def test_both_weightings_stand_in_the_table_and_the_first_is_explained(self, page):
        text = " ".join(Reader(page).words)
        assert "Equal weights" in text
        assert "Factors under “Weights for Kursk, January 2025” (direct)" in text


class TestMarkdown:
    def test_has_the_same_sections(self, kursk):
        text = reported(kursk).to_markdown()
        for title in (
            "# Kursk, January 2025: leverage",
            "## The scenarios",
            "## Weights and value functions",
        ):
            assert f"\n{title}\n" in f"\n{text}"
        assert "## From “Assessed” to “Talks slip by three months”" in text
        assert {e.id for e in kursk.case.evidence} <= set(re.findall(r"[\w.-]+", text))


class TestChoice:
    def test_some_scenarios(self, kursk):
        report = reported(kursk, scenarios=["assessed", "kursk-held"])
        assert {e.scenario for e in report.explanations} == {"assessed"}
        assert [group[0].new.label for group in report.contrasts] == ["Kursk held to 20 January"]

    def test_one_scenario_without_its_parent(self, kursk):
        report = reported(kursk, scenarios=["aid-cut"])
        assert {e.scenario for e in report.explanations} == {"aid-cut"}
        assert report.contrasts == ()
        Reader(report.to_html())

    @pytest.mark.parametrize("policy", ["renormalise", "assume"])
    def test_policies(self, kursk, policy):
        report = reported(kursk, policy)
        assert {e.policy for e in report.explanations} == {policy}
        assert f"Missing factors: {policy}" in report.to_html()

    def test_the_same_twice(self, kursk, page):
        assert reported(kursk).to_html() == page

    def test_links_lead_somewhere_without_contrasts(self, kursk):
        reader = Reader(reported(kursk, scenarios=["aid-cut"]).to_html())
        assert {link[1:] for link in reader.links if link.startswith("#")} <= set(reader.ids)


def test_nothing_that_a_user_wrote_becomes_markup(write_case):
    """Names, titles, reasons, and the article itself."""
    folder = write_case()
    hostile = '<script>alert("x")</script> & <img src=http://evil.example>'
    article = (folder / "article.md").read_text()
    old, new = (hashlib.sha256(text.encode()).hexdigest() for text in (article, article + hostile))
    (folder / "article.md").write_text(article + hostile)
    text = (folder / "case.yaml").read_text().replace(old, new)
    for plain in (
        "name: The union",
        "title: The forest",
        "title: As reported",
        "reason: As in the last strike.",
    ):
        key, _, words = plain.partition(": ")
        assert plain in text
        text = text.replace(plain, f"{key}: '{words} {hostile}'")
    (folder / "case.yaml").write_text(text)
    report = reported(load_case(folder))
    page = report.to_html()
    reader = Reader(page)
    assert "script" not in reader.tags
    assert "img" not in reader.tags
    assert " ".join(reader.words).count('<script>alert("x")</script>') >= 5
    assert not re.search(r"(?<!\\)<(script|img)", report.to_markdown())


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH to open the report in")
def test_a_browser_shows_it(page, tmp_path):
    file = tmp_path / "report.html"
    file.write_text(page, encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    done = subprocess.run(
        [CHROMIUM, *options, "--virtual-time-budget=2000", "--dump-dom", file.as_uri()],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    shown = done.stdout
    for anchor in ("explanations", "changes", "scenarios", "weights", "articles"):
        assert re.search(f'<h2 id="{anchor}">', shown)
    assert shown.count("<svg") > 10
    assert "Refused to" not in done.stderr  # nothing that the page's own policy forbids


def test_how_sure_the_ranking_is_has_a_section_where_it_is_given(kursk):
    scores = score_table(feature_table(kursk, ["assessed"]), case_weights(kursk))
    settings = Settings(samples=200, doubt=Doubt(draws=100), variance_samples=16)
    sure = robustness(kursk, scores, settings)
    made = make_report(kursk, [scores], ["assessed"], None, sure)
    for text in (made.to_html(), made.to_markdown()):
        assert "How sure the ranking is" in text
        assert "Russia stays ahead of Ukraine under 53 % of all weightings." in text
    assert '<a href="#robustness">' in made.to_html()
    without = make_report(kursk, [scores], ["assessed"], None)
    assert "How sure the ranking is" not in without.to_html() + without.to_markdown()
