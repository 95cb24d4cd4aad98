"""Sentences, tables and pictures of a result."""

import re
import xml.etree.ElementTree as ET

import pytest

from leverage.builders import feature_table
from leverage.faults import InputError
from leverage.model import case_weights, score_table
from leverage.robustness import robustness
from leverage.robustness.pictures import _clipped
from leverage.robustness.sentences import indicators, pair_sentences, scenario_sentences, transfer_words

from .conftest import PIECES, QUICK


@pytest.fixture
def hand(plain):
    loaded, scores = plain(*PIECES)
    return robustness(loaded, scores, QUICK)


@pytest.fixture(scope="module")
def assessed(kursk):
    scores = score_table(feature_table(kursk, ["assessed", "talks-slip"]), case_weights(kursk))
    return robustness(kursk, scores, QUICK)


def test_sentences_by_hand(hand):
    told = scenario_sentences(hand, hand.scenarios[0])
    assert told[:2] == [
        "The union stays ahead of The company under 75 % of all weightings.",
        "The lead turns if more than 35 points of weight move from law to votes.",
    ]
    assert "no probability" in told[2]
    assert told[3] == (
        "The union stays first while one weight alone lies within: law from 25 % to 100 % (stated 60 %) and "
        "votes from 0 % to 75 % (stated 40 %); the others are rescaled in proportion."
    )
    assert told[4].startswith(
        "Of the doubt in the gap between The union and The company most comes from law (The union) "
    )
    assert told[5] == "With no new evidence the order does not turn up to 14 April 2025."


def test_what_to_watch_by_hand(hand):
    # 14 points of lead: law turns by 14 / 60 = 0.2333, votes by 14 / 40 = 0.35.
    told = indicators(hand, hand.scenarios[0])
    assert told[0] == (
        "Law (The company), judged by tester, now 40 %: a rise past 63.3 %, which its interval already "
        "allows; then The union is behind The company."
    )
    assert len(told) == 4


def test_dominance_in_words(plain):
    loaded, scores = plain(
        *[(*piece[:3], 0.9 if piece[1] == "union" else 0.1, None, None) for piece in PIECES]
    )
    found = robustness(loaded, scores, QUICK)
    told = list(pair_sentences(found, found.pairs[0]))
    assert told[0] == "The union stays ahead of The company under all weightings."
    assert told[1] == "No change of weights puts The company ahead: on no factor is it the stronger."


def test_several_transfers_in_words(hand):
    transfer = type(hand.pairs[0].flip[0])
    moves = [transfer(source="law", target="votes", points=p) for p in (6.04, 1.0)]
    assert transfer_words(hand, moves) == (
        "6 points of weight move from law to votes and 1 point from law to votes"
    )
    assert transfer_words(hand, moves[1:]) == "1 point of weight moves from law to votes"


def test_every_form_tells_the_same(assessed):
    sentence = assessed.to_text(10_000)
    share = re.search(r"Russia stays ahead of Ukraine under (\d+ %)", sentence)[1]
    assert share in assessed.to_markdown()
    assert share in assessed.to_html(page=True)
    assert assessed.to_html().startswith('<section class="lv" id="lv-robustness">')
    bundle = assessed._repr_mimebundle_()
    assert bundle["application/vnd.leverage.robustness+json"]["pairs"]


def test_lines_keep_to_the_width(assessed):
    lines = assessed.to_text(100).split("\n")
    assert max(len(line) for line in lines if line.startswith(("•", "  "))) <= 100


def test_a_page_needs_no_other_address_and_no_id_twice(assessed):
    page = assessed.to_html(page=True)
    assert not re.search(r'(src|href)="(?!#|data:)', page)
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("what", ["matrix", "tornado", "triangle", "time"])
def test_pictures_are_well_formed_and_told(assessed, what):
    svg = ET.fromstring(assessed.to_svg(what, "assessed"))
    assert svg.get("role") == "img"
    names = [each.tag.rpartition("}")[2] for each in svg]
    assert names[:2] == ["title", "desc"]
    text = " ".join(svg.itertext())
    assert "Russia" in text
    assert "Ukraine" in text


def test_a_picture_that_is_not_there_is_refused(assessed, plain):
    for what, scenario, says in (("pie", None, "no picture 'pie'"), ("time", "x", "no scenario 'x'")):
        with pytest.raises(InputError, match=says):
            assessed.to_svg(what, scenario)
    loaded, scores = plain(*PIECES)
    with pytest.raises(InputError, match="nothing to draw for 'triangle'"):  # two factors make none
        robustness(loaded, scores, QUICK).to_svg("triangle")


def test_areas_of_the_triangle_are_cut_where_the_gap_is_0():
    whole = [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)]
    # +1 at the first corner, −1 at the others: the half nearest to it, cut at both edges' middles.
    assert sorted(_clipped(whole, [1.0, -1.0, -1.0])) == [(0.5, 0.0, 0.5), (0.5, 0.5, 0.0), (1.0, 0.0, 0.0)]
    assert _clipped(whole, [-1.0, -1.0, -1.0]) == []
    assert _clipped(whole, [1.0, 1.0, 0.0]) == whole


def test_names_cannot_become_markup(plain):
    loaded, scores = plain(*PIECES)
    case = loaded.case.model_copy(update={"title": "<b>Plain</b> *dispute*"})
    found = robustness(type(loaded)(**{**vars(loaded), "case": case}), scores, QUICK)
    assert "<b>" not in found.to_html(page=True)
    assert "<b>" not in found.to_svg("matrix")
    assert r"\*dispute\*" in found.to_markdown()
