"""Sentences: numbers are the explanation's, terms name their evidence, nothing speaks of likelihood."""

import itertools
import re

import pytest

from leverage.builders import feature_table
from leverage.explain import Standpoint, contrast, explain, find_flips, narrate, narrate_contrast
from leverage.model import Weights, case_weights, score_table
from leverage.render import number, percent, points

# ICD 203's words, of which each names a probability; "likely" stands in the others too.
LIKELIHOOD = re.compile(
    r"\b(likely|unlikely|almost no chance|even chance|almost certain|probab\w*|chances?|odds)\b",
    re.IGNORECASE,
)


def explained(loaded, scenario, actor, baseline="opponent", policy="bounds", *, flips=False):
    scores = score_table(feature_table(loaded, missing=policy), case_weights(loaded), policy)
    found = find_flips(loaded, scores, scenario, actor) if flips else None
    return explain(loaded, scores, scenario, actor, baseline, flips=found)


def amount(value, unit, digits):
    """A share reads as a percentage, any other number in its unit."""
    if unit.startswith("share"):
        return f"{number(100 * value, digits)} %{unit.removeprefix('share')}"
    return f"{number(value, digits)} {unit}"


def told(story):
    return [*story.lifts, *story.lowers, *story.level, *story.unknown]


def every(kursk, harbour):
    for loaded, policy in itertools.product((kursk, harbour), ("bounds", "renormalise", "assume")):
        scores = score_table(feature_table(loaded, missing=policy), case_weights(loaded), policy)
        for row, baseline in itertools.product(scores.rows, ("bottom", "opponent", "mean")):
            yield explain(loaded, scores, row.scenario, row.actor, baseline)


class TestTerms:
    def test_each_term_is_told_once(self, kursk, harbour):
        for explanation in every(kursk, harbour):
            leaves = [term.leaf for term, _ in told(narrate(explanation))]
            assert sorted(leaves) == sorted(term.leaf for term in explanation.terms)

    def test_what_makes_no_difference_is_told_with_its_evidence(self, kursk):
        story = narrate(explained(kursk, "allies-persuaded", "ukraine", "scenario:assessed"))
        assert [term.leaf for term, _ in story.lifts] == ["ally_backing"]
        time = next(sentence for term, sentence in story.level if term.leaf == "time_remaining")
        assert time.startswith("Time remaining makes no difference (weight 20 %, value 0.64 against 0.64): ")
        assert "[ua-days-needed]" in time

    def test_each_sentence_carries_its_readings_and_evidence(self, kursk, harbour):
        for explanation in every(kursk, harbour):
            for term, sentence in told(narrate(explanation)):
                assert sentence.startswith(term.title)
                assert sentence.endswith(".")
                assert ": ." not in sentence
                if term.status == "missing":
                    continue
                read = [r for r in term.readings if r.origin in ("evidence", "assumed")]
                for reading in read[:4]:
                    assert f"{reading.label} {amount(reading.value, reading.unit, 3)} [" in sentence
                    assert all(piece.id in sentence for piece in reading.evidence)
                    assert reading.origin == "evidence" or "[assumed]" in sentence
                assert (f"and {len(read) - 4} more reading" in sentence) == (len(read) > 4)

    def test_numbers_are_the_terms(self, kursk):
        explanation = explained(kursk, "assessed", "ukraine")
        for term, sentence in told(narrate(explanation)):
            verb = "lifts" if term.points > 0 else "lowers"
            values = f"value {points(term.value, 2)} against {points(term.baseline_value, 2)}"
            assert (
                f"{verb} it by {points(abs(term.points))} points (weight {percent(term.weight)}, {values}"
                in sentence
            )

    def test_against_the_bottom_a_term_brings_points_of_its_weight(self, kursk):
        explanation = explained(kursk, "assessed", "ukraine", "bottom")
        story = narrate(explanation)
        assert [term.leaf for term, _ in story.lifts] == [
            "domestic_support",
            "ally_backing",
            "time_remaining",
        ]
        ((term, sentence),) = story.lowers
        # 30 points of weight, of which v = .351 is reached: 10.5
        assert sentence.startswith("Territory held brings 10.5 of 30.0 points (weight 30 % × value 0.35): ")
        assert term.leaf == "territory_held"

    def test_strongest_first(self, kursk, harbour):
        for explanation in every(kursk, harbour):
            if explanation.baseline.kind != "scale-bottom":
                for side in (narrate(explanation).lifts, narrate(explanation).lowers):
                    sizes = [abs(term.points) for term, _ in side]
                    assert sizes == sorted(sizes, reverse=True)

    def test_signs_match_the_section(self, kursk, harbour):
        for explanation in every(kursk, harbour):
            if explanation.baseline.kind != "scale-bottom":
                story = narrate(explanation)
                assert all(term.points > 0 for term, _ in story.lifts)
                assert all(term.points < 0 for term, _ in story.lowers)


class TestGaps:
    def test_a_missing_term_names_what_is_missing_and_its_range(self, kursk):
        story = narrate(explained(kursk, "as-reported", "russia"))
        sentences = {term.leaf: sentence for term, sentence in story.unknown}
        assert sentences["ally_backing"] == (
            "Ally backing is not coded (strength, reliability): it may bring 0.0–25.0 points."
        )

    def test_a_gap_in_the_baseline_is_told_from_the_other_side(self, kursk):
        story = narrate(explained(kursk, "as-reported", "ukraine"))
        sentences = [sentence for _, sentence in story.unknown]
        assert any(
            s.startswith(
                "Domestic support counts 12.4 points here, but is not coded for Russia: carry on 35 %"
            )
            for s in sentences
        )

    def test_renormalised_gaps_lower_nothing(self, kursk):
        """A factor that is not coded must not be told as one that lowers the score, without a reading."""
        story = narrate(explained(kursk, "as-reported", "russia", policy="renormalise"))
        assert [term.leaf for term, _ in story.unknown] == ["domestic_support", "ally_backing"]
        assert story.unknown[0][1] == (
            "Domestic support is not coded (carry on, deal appetite, tied hand); its weight is spread over "
            "the other factors, while Ukraine has 12.4 points from it."
        )

    def test_weights_that_differ_are_told_with_the_points(self, kursk):
        """Russia's value of time is the lower one; that it gains points is the weight's doing."""
        story = narrate(explained(kursk, "as-reported", "russia", policy="renormalise"))
        time = next(sentence for term, sentence in story.lifts if term.leaf == "time_remaining")
        assert "(weight 40 % × value 0.34, 13.7 points against 12.7 under another weight)" in time

    def test_no_deadline(self, cases):
        from_day = cases.factor("luck")
        loaded = cases.load([from_day], [cases.evidence("e", "a", "luck", 3)], deadline=None)
        summary = narrate(explained(loaded, "base", "a", "bottom")).summary
        assert "(as of 31 January 2025, without a deadline)" in summary[0]

    def test_without_a_score_the_range_and_its_cause_are_told(self, kursk):
        summary = narrate(explained(kursk, "as-reported", "russia")).summary
        assert summary[0] == (
            "Russia has no single score in “As reported”: it lies between 35.6 and 90.2 of 100, because ally "
            "backing and domestic support are not coded (as of 6 January 2025, 14 days before the deadline "
            "of 20 January 2025)."
        )
        assert summary[2] == (
            "Its order with Ukraine is undecided while factors are missing (35.6–90.2 against 20.1–73.1)."
        )


class TestSummary:
    def test_score_range_and_standing(self, kursk):
        summary = narrate(explained(kursk, "assessed", "ukraine")).summary
        assert summary == (
            "Ukraine scores 51.2 of 100 in “Assessed” (as of 6 January 2025, 14 days before the deadline of "
            "20 January 2025); the intervals of the evidence leave 32.0–71.8 open.",
            "100 % of the weight rests on evidence, and 93 % of that on judgements.",
            "That is 8.8 points below Russia (60.0); their ranges overlap, so the evidence does not settle "
            "the order.",
        )

    def test_coverage_parts_sum_to_the_whole(self, kursk):
        summary = narrate(explained(kursk, "as-reported", "russia")).summary
        assert summary[1] == (
            "50 % of the weight rests on evidence, and 100 % of that on judgements; 50 % is not coded, and "
            "a missing factor spans all that its inputs leave open."
        )
        assessed = narrate(explained(kursk, "assessed", "russia")).summary
        assert assessed[1] == (
            "75 % of the weight rests on evidence, and 100 % of that on judgements; 25 % rests on "
            "assumptions."
        )

    def test_ahead_whatever_is_missing(self, cases):
        loaded = cases.load(
            [cases.factor("luck"), cases.factor("skill")],
            [
                cases.evidence("e", "a", "luck", 9),
                cases.evidence("f", "b", "luck", 1),
                cases.evidence("g", "b", "skill", 1),
            ],
        )
        for actor, words in (("a", "It is ahead of B whatever"), ("b", "It is behind A whatever")):
            assert narrate(explained(loaded, "base", actor)).summary[2].startswith(words)

    def test_overlap_of_two_scenarios_of_one_actor_is_no_doubt(self, kursk):
        """They rest on the same evidence but for what changed."""
        summary = narrate(explained(kursk, "allies-persuaded", "ukraine", "scenario:assessed")).summary
        assert summary[2] == "That is 4.5 points above Ukraine in “Assessed” (51.2)."

    def test_one_day_and_no_day(self, cases):
        luck = cases.factor("luck")
        for deadline, words in (
            ("2025-02-01", "1 day before the deadline"),
            ("2025-01-31", "on the day of the deadline"),
            ("2025-01-15", "16 days past the deadline"),
        ):
            loaded = cases.load([luck], [cases.evidence("e", "a", "luck", 3)], deadline=deadline)
            assert words in narrate(explained(loaded, "base", "a", "bottom")).summary[0]


class TestFlips:
    def test_each_crossing_is_a_sentence_with_its_numbers(self, kursk):
        explanation = explained(kursk, "kursk-held", "ukraine", flips=True)
        changes = narrate(explanation).changes
        crossings = [(flip, c) for flip in explanation.flips for c in flip.crossings]
        assert len(crossings) > 8
        assert changes[8].startswith(f"There are {len(crossings) - 8} more crossings farther off")
        for sentence, (flip, crossing) in zip(changes[:8], crossings, strict=False):
            assert f"{flip.label} ({flip.actor_name})" in sentence
            assert (
                f"from {amount(flip.stated, flip.unit, 4)}"
                f"{' (not stated: codebook default)' if flip.origin == 'default' else ''}"
                f" past {amount(crossing.at, flip.unit, 4)}" in sentence
            )
            assert ("rises" if crossing.at > flip.stated else "falls") in sentence
            after = crossing.above if crossing.at > flip.stated else crossing.below
            assert f"comes out {after} " in sentence
        fixed = sum(not flip.crossings for flip in explanation.flips)
        assert changes[-1] == (
            f"Ukraine stays behind Russia whatever any other one reading is ({fixed} readings; each was "
            "tried over its whole scale)."
        )

    def test_a_reading_that_is_not_coded(self, cases):
        loaded = cases.load(
            [cases.factor("luck"), cases.factor("skill")],
            [
                cases.evidence("e", "a", "luck", 5),
                cases.evidence("f", "b", "luck", 5),
                cases.evidence("g", "b", "skill", 4),
            ],
        )
        changes = narrate(explained(loaded, "base", "a", flips=True)).changes
        assert (
            "Were skill (A), not coded, known: A is behind B up to 4 points, ahead of B from there."
            in changes
        )


class TestLikelihood:
    def test_no_sentence_of_ours_speaks_of_likelihood(self, kursk, harbour):
        """Reasons of assumptions and links are a case's own words; all others are ours."""
        for explanation in every(kursk, harbour):
            story = narrate(explanation)
            ours = [*story.summary, *(sentence for _, sentence in told(story))]
            for sentence in ours:
                own = re.sub(r"\[assumed, .*?\](?=[,.]| and )", "", sentence)
                assert not LIKELIHOOD.search(own), own

    def test_no_contrast_speaks_of_likelihood(self, kursk):
        weights = case_weights(kursk)
        for old, new in itertools.permutations(kursk.states, 2):
            sides = [Standpoint(name, kursk, kursk.state(name), weights) for name in (old, new)]
            for one in contrast(*sides, "bounds"):
                assert not any(
                    LIKELIHOOD.search(line)
                    for first, terms in narrate_contrast(one)
                    for line in (first, *terms)
                )


def test_weightless_gap_is_told_as_a_gap(cases):
    loaded = cases.load(
        [cases.factor("luck"), cases.factor("skill")],
        [cases.evidence("e", "a", "luck", 5), cases.evidence("f", "b", "luck", 5)],
    )
    weights = Weights("w", "W", "direct", {"luck": 1.0, "skill": 0.0})
    scores = score_table(feature_table(loaded), weights)
    story = narrate(explain(loaded, scores, "base", "a", "bottom"))
    assert [sentence for _, sentence in story.unknown] == [
        "Skill is not coded (skill): it may bring 0.0 points."
    ]
    assert story.lowers == ()


@pytest.mark.parametrize("scenario", ["assessed", "aid-cut"])
def test_links_are_told_and_not_computed(kursk, scenario):
    cautions = narrate(explained(kursk, scenario, "ukraine")).cautions
    assert len(cautions) == 2
    assert all(c.endswith("The model adds factors up and does not compute this link.") for c in cautions)
