"""Every form of an explanation and of a contrast: complete, escaped, self-contained, and back from JSON."""

import hashlib
import html.parser
import json
import re
import xml.etree.ElementTree as ET

import jsonschema
import pytest

from leverage.builders import feature_table
from leverage.explain import Contrast, Explanation, Standpoint, contrast, explain, find_flips
from leverage.faults import InputError
from leverage.model import case_weights, score_table

HOSTILE = '<script>alert("x")</script> & | `*_[a](http://evil.example) \\textbf{b} %$#~^'
LIKELIHOOD = re.compile(
    r"\b(un)?likely\b|almost (no chance|certain)|even chance|probabilit(y|ies) of", re.IGNORECASE
)
VOID = {"meta", "link", "br", "img", "hr", "input"}


class Page(html.parser.HTMLParser):
    """Reads HTML strictly: what opens closes, in order; keeps tags, attributes and text."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.links, self.ids, self.texts = [], [], [], [], []
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            assert not name.startswith("on"), f"{tag} {name}"
            if name in ("src", "href", "xlink:href", "data", "action"):
                self.links.append(value)
            if name == "id":
                self.ids.append(value)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())


def check_page(text):
    page = Page(text)
    assert "script" not in page.tags
    assert "iframe" not in page.tags
    assert all(link.startswith(("#", "data:")) for link in page.links), page.links
    assert not re.search(r"@import|url\((?!['\"]?(#|data:))", text)
    assert len(page.ids) == len(set(page.ids))
    return page


def check_svg(text):
    root = ET.fromstring(text)
    names = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert not names & {"script", "image", "foreignObject", "use"}
    assert root.get("role") == "img"
    assert {"title", "desc", "text"} <= names
    return root


@pytest.fixture(scope="module")
def explanations(kursk, harbour):
    """Complete, with gaps, renormalised, assumed; with flips."""
    found = {}
    for name, loaded, scenario, actor, policy, baseline in (
        ("whole", kursk, "assessed", "ukraine", "bounds", "opponent"),
        ("gaps", kursk, "as-reported", "russia", "bounds", "opponent"),
        ("bottom", kursk, "as-reported", "russia", "bounds", "bottom"),
        ("spread", kursk, "as-reported", "russia", "renormalise", "opponent"),
        ("assumed", kursk, "as-reported", "russia", "assume", "mean"),
        ("unverified", harbour, "as-reported", "union", "bounds", "scenario:long-haul"),
    ):
        scores = score_table(feature_table(loaded, missing=policy), case_weights(loaded), policy)
        flips = find_flips(loaded, scores, scenario, actor)
        found[name] = explain(loaded, scores, scenario, actor, baseline, flips=flips)
    return found


NAMES = ["whole", "gaps", "bottom", "spread", "assumed", "unverified"]


@pytest.fixture(params=NAMES)
def explanation(request, explanations):
    return explanations[request.param]


def evidence_ids(explanation):
    return {e.id for term in explanation.terms for r in term.readings for e in r.evidence}


class TestJson:
    def test_there_and_back(self, explanation):
        assert Explanation.from_json(explanation.to_json()) == explanation

    def test_validates_against_its_schema(self, explanation):
        schema = Explanation.model_json_schema()
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.Draft202012Validator(schema).validate(json.loads(explanation.to_json()))

    def test_no_nan(self, explanation):
        json.loads(explanation.to_json(), parse_constant=lambda name: pytest.fail(name))

    def test_what_is_missing_is_null(self, explanations):
        content = json.loads(explanations["gaps"].to_json())
        assert content["score"] is None
        assert content["residual"] is None
        assert content["terms"][0]["points"] is None
        assert content["format"] == "leverage/explanation/1"

    @pytest.mark.parametrize("spoil", [{"format": "leverage/explanation/9"}, {"score": "high"}, {"extra": 1}])
    def test_a_wrong_one_is_refused_with_its_place(self, explanations, spoil):
        content = json.loads(explanations["whole"].to_json()) | spoil
        with pytest.raises(InputError) as error:
            Explanation.from_json(json.dumps(content, indent=1))
        (name,) = spoil
        assert name in str(error.value)
        assert error.value.faults[0].line is not None


class TestText:
    def test_everything_is_there(self, explanation):
        text = explanation.to_text()
        assert evidence_ids(explanation) <= set(re.findall(r"[\w.-]+", text))
        assert max(map(len, text.splitlines()[2:])) <= 100  # after the title and its rule
        assert explanation.weights in " ".join(text.split())

    def test_brief_has_the_sentences_and_no_table(self, explanation):
        brief, text = explanation.to_text(brief=True), explanation.to_text()
        assert len(brief) < len(text)
        assert "Terms of the score" not in brief
        assert set(brief.splitlines()) <= set(text.splitlines())

    def test_width(self, explanations):
        narrow = explanations["whole"].to_text(72, brief=True)
        assert max(map(len, narrow.splitlines())) <= 72

    def test_each_quotation_stands_below_the_sentence_it_supports(self, explanations):
        lines = explanations["whole"].to_text(10_000).splitlines()
        at = next(n for n, line in enumerate(lines) if line.startswith("• Time remaining"))
        assert (
            lines[at + 1].strip().startswith("[ua-days-needed] “keep what they take for two to three weeks")
        )

    def test_not_verified_here(self, explanations):
        assert "not verified here" in explanations["unverified"].to_text(10_000)
        assert "characters 1506 to 1590" in explanations["whole"].to_text(10_000)

    def test_what_nobody_stated_is_told_with_its_reason(self, explanation):
        defaults = {r.label for t in explanation.terms for r in t.readings if r.origin == "default"}
        for form in (explanation.to_text(10_000), explanation.to_markdown()):
            assert defaults
            assert "codebook default" in form
            assert "no source speaks of losses" in form


class TestMarkdown:
    def test_everything_is_there(self, explanation):
        text = explanation.to_markdown()
        assert text.startswith("## ")
        assert evidence_ids(explanation) <= set(re.findall(r"[\w.-]+", text))
        table = [line for line in text.splitlines() if line.startswith("|")]
        assert len(table) == 2 + len(explanation.terms) + 2
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table}) == 1


class TestHtml:
    def test_fragment(self, explanation):
        page = check_page(explanation.to_html())
        assert page.tags[0] == "section"
        assert "html" not in page.tags
        assert {"table", "caption", "details", "svg", "style"} <= set(page.tags)
        assert evidence_ids(explanation) <= set(re.findall(r"[\w.-]+", page.text))

    def test_page(self, explanation):
        text = explanation.to_html(page=True)
        page = check_page(text)
        assert text.startswith("<!DOCTYPE html>")
        assert page.tags[:2] == ["html", "head"]
        assert "default-src 'none'" in text

    def test_table_cells_name_their_row_and_column(self, explanations):
        text = explanations["whole"].to_html()
        assert text.count('scope="col"') == 8
        assert text.count('scope="row"') == 6

    def test_quotations_are_marked_in_their_surroundings(self, explanations):
        text = explanations["whole"].to_html()
        assert "and <mark>keep what they take for two to three weeks more, his hand in talks would" in text
        assert "be stronger</mark>. The risk is" in text

    def test_two_keys_can_stand_on_one_page(self, explanations):
        one, other = (explanations[name].to_html(key=name) for name in ("whole", "gaps"))
        check_page(f"<div>{one}{other}</div>")


class TestSvg:
    def test_waterfall(self, explanation):
        root = check_svg(explanation.to_svg())
        text = " ".join(root.itertext())
        assert all(term.title in text for term in explanation.terms)
        assert explanation.actor_name in text


class TestLatex:
    def test_balanced_and_escaped(self, explanation):
        text = explanation.to_latex()
        assert text.count("\\begin{") == text.count("\\end{") == 2
        body = text.split("\\hline\n")[1]
        rows = [line for line in body.splitlines() if line]
        assert len(rows) == 1 + len(explanation.terms) + 2
        assert {len(re.findall(r"(?<!\\)&", row)) for row in rows} == {7}
        assert not re.search(r"(?<!\\)%", text)
        assert "−" not in text


class TestJupyter:
    def test_bundle(self, explanations):
        bundle = explanations["whole"]._repr_mimebundle_(include=None, exclude=None)
        assert set(bundle) == {
            "text/plain",
            "text/markdown",
            "text/html",
            "application/vnd.leverage.explanation+json",
        }
        back = bundle["application/vnd.leverage.explanation+json"]
        assert Explanation.model_validate(back) == explanations["whole"]
        json.dumps(back, allow_nan=False)


@pytest.fixture
def hostile(cases):
    """A case whose every text tries to become markup."""
    text = f"Before. {HOSTILE} says so. After."
    article = {"id": "news", "title": HOSTILE, "publisher": HOSTILE, "date": "2025-01-30", "file": "news.txt"}
    article["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    article["restates"] = HOSTILE
    passage = {"article": "news", "exact": f"{HOSTILE} says so"}
    luck = cases.factor("luck", title=HOSTILE)
    (cases.folder / "case-1").mkdir()
    (cases.folder / "case-1" / "news.txt").write_text(text)
    evidence = [
        cases.evidence(
            "e", "a", "luck", 3, (2, 4), kind="fact", passage=passage, note=HOSTILE, coder=HOSTILE
        ),
        cases.evidence("f", "b", "luck", 5, note=HOSTILE),
    ]
    change = {"do": "shift", "actor": "a", "factor": "luck", "by": 1, "unit": "points"}
    return cases.load(
        [luck],
        evidence,
        names={"a": HOSTILE, "b": f"b {HOSTILE}"},
        title=HOSTILE,
        question=HOSTILE,
        articles=[article],
        links=[{"source": "luck", "target": "luck", "actor": "a", "says": HOSTILE}],
        scenarios=[
            {"id": "base", "title": HOSTILE, "about": HOSTILE},
            {
                "id": "more",
                "title": f"more {HOSTILE}",
                "parent": "base",
                "changes": [change | {"author": HOSTILE, "reason": HOSTILE}],
            },
        ],
    )


class TestHostileText:
    @pytest.fixture
    def explanation(self, hostile):
        scores = score_table(feature_table(hostile), case_weights(hostile))
        flips = find_flips(hostile, scores, "more", "a")
        return explain(hostile, scores, "more", "a", flips=flips)

    def test_html_shows_it_and_runs_nothing(self, explanation):
        for text in (explanation.to_html(), explanation.to_html(page=True)):
            page = check_page(text)
            assert "<script" not in text
            assert page.text.count('<script>alert("x")</script>') > 10
            assert not any("evil" in link for link in page.links)

    def test_svg(self, explanation):
        root = check_svg(explanation.to_svg())
        assert '<script>alert("x")</script>' in " ".join(root.itertext())

    def test_markdown_has_no_markup_of_it(self, explanation):
        text = explanation.to_markdown()
        assert not re.search(r"(?<!\\)<script", text)
        assert not re.search(r"(?<!\\)\[a(?<!\\)\]\(", text)
        rows = [line for line in text.splitlines() if line.startswith("|")]
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows}) == 1

    def test_latex(self, explanation):
        text = explanation.to_latex()
        assert "\\textbf{" not in text
        assert "\\textbackslash{}textbf\\{b\\}" in text
        assert not re.search(r"(?<!\\)[%#]", text)

    def test_json_and_back(self, explanation):
        assert Explanation.from_json(explanation.to_json()) == explanation

    def test_contrast(self, hostile):
        from leverage.explain.contrast_forms import contrast_html, contrast_markdown, contrast_svg

        weights = case_weights(hostile)
        sides = [Standpoint(s.scenario.title, hostile, s, weights) for s in hostile.states.values()]
        found = contrast(*sides, "bounds")
        page = check_page(contrast_html(found))
        assert '<script>alert("x")</script>' in page.text
        check_svg(contrast_svg(found[0]))
        assert not re.search(r"(?<!\\)<script", contrast_markdown(found))


class TestContrastForms:
    @pytest.fixture
    def found(self, kursk):
        sides = [
            Standpoint(name, kursk, kursk.state(name), case_weights(kursk))
            for name in ("as-reported", "assessed")
        ]
        return contrast(*sides, "bounds")

    def test_json_validates(self, found):
        schema = Contrast.model_json_schema()
        for one in found:
            content = one.model_dump(mode="json")
            jsonschema.Draft202012Validator(schema).validate(content)
            assert Contrast.model_validate(content) == one
            json.dumps(content, allow_nan=False)

    def test_forms_agree_on_the_numbers(self, found):
        from leverage.explain.contrast_forms import contrast_html, contrast_markdown, contrast_text
        from leverage.render import signed_points

        forms = contrast_text(found), contrast_markdown(found), check_page(contrast_html(found)).text
        for one in found:
            for end in one.ends:
                for form in forms:
                    assert signed_points(end.change) in form
                    assert one.actor_name in form


class TestLikelihood:
    """A case that uses no such word gets none from us, in any form."""

    def test_no_form_adds_a_word_for_likelihood(self, cases):
        loaded = cases.load(
            [cases.factor("luck"), cases.factor("skill")],
            [
                cases.evidence("e", "a", "luck", 3, (2, 5)),
                cases.evidence("f", "b", "luck", 5),
                cases.evidence("g", "b", "skill", 5, kind="assumption"),
            ],
        )
        for policy in ("bounds", "renormalise"):
            scores = score_table(feature_table(loaded), case_weights(loaded), policy)
            for actor in "ab":
                flips = find_flips(loaded, scores, "base", actor)
                one = explain(loaded, scores, "base", actor, flips=flips)
                for form in (
                    one.to_text(),
                    one.to_markdown(),
                    one.to_html(page=True),
                    one.to_svg(),
                    one.to_latex(),
                ):
                    assert not LIKELIHOOD.search(form)


def test_the_same_twice(explanations, kursk):
    scores = score_table(feature_table(kursk), case_weights(kursk))
    again = explain(
        kursk, scores, "assessed", "ukraine", flips=find_flips(kursk, scores, "assessed", "ukraine")
    )
    first = explanations["whole"]
    for form in ("to_text", "to_markdown", "to_html", "to_svg", "to_latex", "to_json"):
        assert getattr(again, form)() == getattr(first, form)()
