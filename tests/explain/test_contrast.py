"""Why a score changed: four parts that sum to the change, and nothing but the part that moved."""

import dataclasses
import datetime as dt
import itertools
import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leverage.case import Measured, State
from leverage.explain import Standpoint, contrast, narrate_contrast
from leverage.faults import InputError
from leverage.model import Weights, case_weights, equal_weights

POLICIES = ["bounds", "renormalise", "assume"]
PARTS = ("evidence", "time", "coverage", "weights")


def standpoint(loaded, scenario="assessed", weights=None, *, state=None, label=None):
    state = state or loaded.state(scenario)
    return Standpoint(label or scenario, loaded, state, weights or case_weights(loaded))


def weights_of(**factors):
    return Weights("w", "W", "direct", factors)


def check(found):
    """Each end: new - old = the four parts = the terms, each of which is its own four parts."""
    for one in found:
        for end in one.ends:
            assert end.change == pytest.approx(end.new - end.old, abs=1e-9)
            assert math.fsum(getattr(end, part) for part in PARTS) == pytest.approx(end.change, abs=1e-9)
            assert math.fsum(term.change for term in end.terms) == pytest.approx(end.change, abs=1e-9)
            assert end.residual == pytest.approx(0, abs=1e-9)
            for term in end.terms:
                parts = math.fsum(getattr(term, part) for part in PARTS)
                assert parts == pytest.approx(term.change, abs=1e-9)
    return found


def moved(found):
    """The parts that are not 0, over all actors and ends."""
    ends = [end for one in found for end in one.ends]
    return {part for part in PARTS if any(abs(getattr(end, part)) > 1e-9 for end in ends)}


class TestSums:
    @pytest.mark.parametrize("policy", POLICIES)
    @pytest.mark.parametrize("seed", ["kursk", "harbour"])
    def test_every_pair_of_scenarios(self, seed, policy, request):
        loaded = request.getfixturevalue(seed)
        for old, new in itertools.permutations(loaded.states, 2):
            check(contrast(standpoint(loaded, old), standpoint(loaded, new), policy))

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.data(), st.sampled_from(["bounds", "renormalise"]))
    def test_random_changes_of_evidence_dates_and_weights(self, kursk, data, policy):
        sides = []
        for scenario in ("as-reported", "assessed"):
            state = kursk.state(scenario)
            pieces = []
            for piece in state.pieces:
                fate = data.draw(st.sampled_from(["keep", "keep", "drop", "recode", "age"]))
                if fate == "recode" and piece.key.indicator not in ("share_held", "worth", "days_needed"):
                    at = data.draw(st.floats(0, 0.9))
                    piece = dataclasses.replace(piece, measured=Measured(at, at / 2, at))
                if fate == "age":
                    days = data.draw(st.integers(0, 700))
                    piece = dataclasses.replace(piece, date=piece.date - dt.timedelta(days))
                pieces += [] if fate == "drop" else [piece]
            as_of = state.as_of + dt.timedelta(data.draw(st.integers(0, 400)))
            deadline = data.draw(st.sampled_from([None, state.deadline, state.deadline + dt.timedelta(200)]))
            raw = {name: data.draw(st.floats(0, 1)) for name in kursk.codebook.names}
            raw["territory_held"] += 0.01
            total = sum(raw.values())
            weights = weights_of(**{name: value / total for name, value in raw.items()})
            sides.append(
                standpoint(
                    kursk, weights=weights, state=State(state.scenario, as_of, deadline, tuple(pieces))
                )
            )
        check(contrast(*sides, policy))

    def test_the_other_way_round_the_change_has_the_other_sign(self, kursk):
        sides = standpoint(kursk, "assessed"), standpoint(kursk, "aid-cut")
        there, back = check(contrast(*sides, "bounds")), check(contrast(*sides[::-1], "bounds"))
        for one, other in zip(there, back, strict=True):
            assert one.ends[0].change == pytest.approx(-other.ends[0].change)
            assert one.ends[0].evidence == pytest.approx(-other.ends[0].evidence)


@pytest.fixture
def factors(cases):
    return [cases.factor("luck"), cases.factor("skill")]


def pieces(cases, luck=3, skill=6, **more):
    """a reads luck and skill; b has 5 of both."""
    return [
        cases.evidence("luck", "a", "luck", luck, **more),
        cases.evidence("skill", "a", "skill", skill),
        cases.evidence("b1", "b", "luck", 5),
        cases.evidence("b2", "b", "skill", 5),
    ]


class TestByHand:
    def test_weights_and_values_share_their_product_evenly(self, cases, factors):
        old, new = (cases.load(factors, pieces(cases, luck=luck)) for luck in (3, 5))
        found = check(
            contrast(
                standpoint(old, "base", weights_of(luck=0.6, skill=0.4)),
                standpoint(new, "base", weights_of(luck=0.4, skill=0.6)),
                "bounds",
            )
        )
        luck, skill = found[0].ends[0].terms
        # 100 (.5 * .2 + .4 * -.2) = 10 - 8, from 18 to 20; and 100 * .6 * .2
        assert (luck.evidence, luck.weights, luck.change) == pytest.approx((10, -8, 2))
        assert (skill.evidence, skill.weights) == pytest.approx((0, 12))
        assert (found[0].ends[0].old, found[0].ends[0].new) == pytest.approx((42, 56))
        assert found[0].kind == "cases"
        assert found[1].ends[0].change == pytest.approx(0)

    def test_weights_and_a_filled_gap_under_renormalise(self, cases, factors):
        old, new = cases.load(factors, [pieces(cases)[0]]), cases.load(factors, pieces(cases)[:2])
        found = check(
            contrast(
                standpoint(old, "base", weights_of(luck=0.6, skill=0.4)),
                standpoint(new, "base", weights_of(luck=0.4, skill=0.6)),
                "renormalise",
            )
        )
        luck, skill = found[0].ends[0].terms
        # Luck's weight goes from 1 to .4. With the gap the weights change it by 0, without it by -.2:
        # -.1 is theirs, -.5 coverage's, times 30 points. Skill's goes from 0 to .6: +.1 and +.5, times 60.
        assert (luck.weights, luck.coverage) == pytest.approx((-3, -15))
        assert (skill.weights, skill.coverage) == pytest.approx((6, 30))
        assert (found[0].ends[0].old, found[0].ends[0].new) == pytest.approx((30, 48))

    def test_a_slip_of_the_deadline_is_time_alone(self, kursk):
        found = check(contrast(standpoint(kursk, "assessed"), standpoint(kursk, "talks-slip"), "bounds"))
        assert moved(found) == {"time"}
        territory = next(t for t in found[0].ends[0].terms if t.leaf == "territory_held")
        held = 0.38 * 440 / 1376 * 0.74 ** (14 / 30)
        v = [(1 - math.exp(-4 * x)) / (1 - math.exp(-4)) for x in (held, held * 0.74**3)]
        assert territory.time == pytest.approx(30 * (v[1] - v[0]))

    def test_pieces_of_different_age_keep_their_mix(self, cases):
        """Both pieces lose weight as time passes, one as fast as the other: no part moves."""
        luck = cases.factor("luck", ageing={"half_life": 30, "widening": 0, "life": 900})
        mixed = [
            cases.evidence("x", "a", "luck", 2, date="2025-01-01"),
            cases.evidence("y", "a", "luck", 6),
            cases.evidence("z", "b", "luck", 5),
        ]
        loaded = cases.load([luck], mixed)
        state = loaded.state("base")
        later = standpoint(loaded, "base", state=state.at(state.as_of + dt.timedelta(30)))
        found = check(contrast(standpoint(loaded, "base"), later, "bounds"))
        assert found[0].ends[0].old == pytest.approx(100 * (2 / 3 * 6 + 1 / 3 * 2) / 10)
        assert moved(found) == set()


class TestOnePartAlone:
    def test_weights(self, kursk, harbour):
        for loaded in (kursk, harbour):
            equal = equal_weights(loaded.codebook)
            found = check(contrast(standpoint(loaded), standpoint(loaded, weights=equal), "bounds"))
            assert moved(found) == {"weights"}
            assert found[0].kind == "weights"

    def test_weights_under_renormalise_with_gaps(self, kursk):
        sides = (
            standpoint(kursk, "as-reported"),
            standpoint(kursk, "as-reported", equal_weights(kursk.codebook)),
        )
        assert moved(check(contrast(*sides, "renormalise"))) == {"weights"}

    def test_dates(self, kursk):
        state = kursk.state("assessed")
        later = standpoint(kursk, state=state.at(dt.date(2025, 1, 13)))
        found = check(contrast(standpoint(kursk), later, "bounds"))
        assert moved(found) == {"time"}
        assert found[0].kind == "dates"
        assert found[0].changed_readings == []

    @pytest.mark.parametrize("policy", ["bounds", "renormalise"])
    def test_dates_until_evidence_expires(self, cases, factors, policy):
        loaded = cases.load(factors, pieces(cases, date="2024-12-01"))
        state = loaded.state("base")
        later = standpoint(
            loaded, "base", state=state.at(dt.date(2025, 3, 2))
        )  # 91 days: past its life of 90
        found = check(contrast(standpoint(loaded, "base"), later, policy))
        assert moved(found[:1]) == {"coverage"}
        assert moved(found[1:]) == set()
        if policy == "bounds":
            low, high = found[0].ends  # from 45 to 30 and 80
            assert (low.new, high.new) == pytest.approx((30, 80))
        else:
            assert found[0].ends[0].new == pytest.approx(60)  # skill alone

    def test_the_same_evidence_recoded(self, cases, factors):
        old, new = (cases.load(factors, pieces(cases, luck=luck)) for luck in (3, 4))
        found = check(contrast(standpoint(old, "base"), standpoint(new, "base"), "bounds"))
        assert moved(found) == {"evidence"}
        assert found[0].changed_readings == ["luck: 3 points [luck] → 4 points [luck]"]

    def test_a_wider_interval_is_told_though_the_score_stays(self, cases, factors):
        old, new = (
            cases.load(factors, pieces(cases, **({"interval": wide} if wide else {})))
            for wide in ([], (1, 6))
        )
        found = check(contrast(standpoint(old, "base"), standpoint(new, "base"), "bounds"))
        assert moved(found) == set()
        assert found[0].changed_readings == ["luck: 3 points [luck] → 3 points (1 to 6) [luck]"]

    @pytest.mark.parametrize("policy", ["bounds", "renormalise"])
    def test_a_gap_that_is_filled(self, cases, factors, policy):
        old = cases.load(factors, pieces(cases)[1:])
        new = cases.load(factors, pieces(cases))
        found = check(contrast(standpoint(old, "base"), standpoint(new, "base"), policy))
        assert moved(found) == {"coverage"}
        assert found[0].changed_readings == ["luck: not coded → 3 points [luck]"]

    def test_nothing(self, kursk):
        found = check(contrast(standpoint(kursk), standpoint(kursk), "bounds"))
        assert moved(found) == set()
        assert narrate_contrast(found[0])[0][0].startswith("Ukraine's score stays at 51.2")

    def test_assumptions_are_coverage(self, kursk):
        """Under `assume` nothing is missing, so filling the gaps by judgements is new evidence."""
        sides = standpoint(kursk, "as-reported"), standpoint(kursk, "assessed")
        assert "coverage" not in moved(check(contrast(*sides, "assume")))
        assert "coverage" in moved(check(contrast(*sides, "bounds")))


class TestSinceTheLastProduct:
    def test_new_evidence_time_and_weights_apart(self, cases):
        """Two versions of a case, ten days apart: what each part would be alone, and together."""
        ageing = {"half_life": 30, "widening": 0, "life": 90}
        luck = cases.factor("luck", ageing=ageing)
        first = pieces(cases, luck=2, date="2025-01-20")
        second = [*first, cases.evidence("news", "a", "luck", 8, date="2025-02-10")]
        old = cases.load([luck, cases.factor("skill")], first)
        new = cases.load([luck, cases.factor("skill")], second, as_of="2025-02-10")
        found = check(contrast(standpoint(old, "base"), standpoint(new, "base"), "bounds"))
        # The news weighs 1, the 21 days older piece 2^(-21/30)
        weight = 0.5 ** (21 / 30)
        value = (8 + 2 * weight) / (1 + weight)
        assert found[0].ends[0].evidence == pytest.approx(100 * 0.5 * (value - 2) / 10)
        assert moved(found) == {"evidence"}
        assert found[0].changed_readings == ["luck: 2 points [luck] → 2 points [luck], 8 points [news]"]
        assert found[0].old.as_of == "2025-01-31"
        assert found[0].new.as_of == "2025-02-10"

    def test_actors_of_both_cases_only(self, cases, factors):
        old = cases.load(factors, pieces(cases))
        new = cases.load(factors, pieces(cases), actors="abc", opponents="mean")
        found = check(contrast(standpoint(old, "base"), standpoint(new, "base"), "bounds"))
        assert [one.actor for one in found] == ["a", "b"]

    def test_an_older_version_can_stand_on_the_right(self, kursk):
        """Old evidence is then seen from a day before it, where it is fresh; the parts still sum."""
        state = kursk.state("assessed")
        early = tuple(dataclasses.replace(p, date=p.date - dt.timedelta(500)) for p in state.pieces)
        earlier = State(state.scenario, state.as_of - dt.timedelta(500), state.deadline, early)
        sides = standpoint(kursk), standpoint(kursk, state=earlier)
        check(contrast(*sides, "bounds"))

    def test_another_codebook_is_refused(self, cases):
        old = cases.load([cases.factor("luck")], [])
        new = cases.load([cases.factor("luck", bounds=(0, 20))], [])
        with pytest.raises(InputError, match="different codebooks"):
            contrast(standpoint(old, "base"), standpoint(new, "base"), "bounds")

    def test_other_wording_of_a_codebook_is_the_same(self, cases):
        old = cases.load([cases.factor("luck")], [])
        new = cases.load([cases.factor("luck", question="How much, really?")], [])
        check(contrast(standpoint(old, "base"), standpoint(new, "base"), "bounds"))

    def test_no_actor_in_common(self, cases, factors):
        old = cases.load(factors, pieces(cases))
        new = cases.load(factors, [], actors="xy")
        with pytest.raises(InputError, match="no actor in common"):
            contrast(standpoint(old, "base"), standpoint(new, "base"), "bounds")

    def test_a_day_before_the_evidence_is_refused(self, kursk):
        state = kursk.state("assessed").at(dt.date(2025, 1, 5))
        with pytest.raises(InputError, match="did not exist yet"):
            standpoint(kursk, state=state)


class TestWhatChanged:
    def test_a_rivals_evidence_is_told_where_a_term_reads_it(self, kursk):
        """Russia's score rises because a month costs Ukraine more; its contrast says so."""
        found = check(contrast(standpoint(kursk), standpoint(kursk, "aid-cut"), "bounds"))
        russia = found[1]
        assert russia.ends[0].evidence > 0.1
        assert russia.changed_readings == [
            "monthly cost (Ukraine): 25 % per 30 days (10 to 40) [ua-monthly-cost] → "
            "40 % per 30 days (25 to 55) [ua-monthly-cost]"
        ]

    def test_every_scenario_that_changes_a_score_by_evidence_names_some(self, kursk, harbour):
        for loaded in (kursk, harbour):
            for old, new in itertools.permutations(loaded.states, 2):
                for one in contrast(standpoint(loaded, old), standpoint(loaded, new), "renormalise"):
                    if any(abs(end.evidence) + abs(end.coverage) > 1e-9 for end in one.ends):
                        assert one.changed_readings, (old, new, one.actor)

    def test_ends_where_a_score_is_missing(self, kursk):
        found = check(contrast(standpoint(kursk, "as-reported"), standpoint(kursk), "bounds"))
        assert [end.end for end in found[0].ends] == ["score"]
        assert [end.end for end in found[1].ends] == ["low", "high"]
        assert found[1].old.score is None


class TestSentences:
    def test_the_first_says_how_far_and_why(self, kursk):
        found = contrast(standpoint(kursk, label="Before"), standpoint(kursk, "talks-slip"), "bounds")
        ((first, _),) = narrate_contrast(found[1])
        end = found[1].ends[0]
        assert first == (
            f"Russia's score rises by {end.change:.1f} points, from {end.old:.1f} (“Before”) to "
            f"{end.new:.1f} (“talks-slip”): +{end.time:.1f} from the passing of time (ageing, deadline)."
        )

    def test_terms_by_size_and_none_too_small_to_show(self, kursk):
        for new in kursk.states:
            for one in contrast(standpoint(kursk), standpoint(kursk, new), "renormalise"):
                _, told = narrate_contrast(one)[0]
                sizes = [abs(t.change) for t in one.ends[0].terms if abs(t.change) >= 0.05]
                assert len(told) == len(sizes)
                titles = {term.title: abs(term.change) for term in one.ends[0].terms}
                order = [next(size for t, size in titles.items() if line.startswith(t)) for line in told]
                assert order == sorted(order, reverse=True)
