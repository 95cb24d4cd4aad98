"""The four factors' builders: by hand, against the numbers of the Kursk case, and against brute force."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leverage.builders import builders_for, feature_table
from leverage.builders.theory import patient_share
from leverage.codebook import load_codebook
from leverage.features.ally_backing import AllyBacking
from leverage.features.domestic_support import DomesticSupport
from leverage.features.territory_held import TerritoryHeld
from leverage.features.time_remaining import TimeRemaining

NAN = math.nan
shares = st.floats(0, 1)
points = st.floats(0, 100)
spans = st.tuples(shares, shares).map(sorted)
point_spans = st.tuples(points, points).map(sorted)


def row(**values):
    return {name: np.array([value], dtype=float) for name, value in values.items()}


def value(builder, **columns):
    (reading,) = builder.build(row(**columns))
    return reading


def between(low, high, part):
    return {name: low[name] + part[name] * (high[name] - low[name]) for name in low}


def stakes(**of_stake):
    """Columns of one stake; what is not given is nothing held, nothing lost, 100 points, 30 days."""
    columns = {
        "share_held": 0,
        "monthly_loss": 0,
        "opponent__share_held": 0,
        "opponent__monthly_loss": 0,
        "opponent__worth": 100,
        "days_from__share_held": 30,
        "opponent__days_from__share_held": 30,
    } | of_stake
    return {f"{name}__s": number for name, number in columns.items()}


class TestTerritory:
    def test_a_holding_decays_month_by_month(self):
        # 0.8 held, a quarter lost each 30 days, 60 days: 0.8 * 0.75^2 = 0.45
        columns = stakes(share_held=0.8, monthly_loss=0.25, days_from__share_held=60)
        assert value(TerritoryHeld(), **columns) == pytest.approx(0.45)

    def test_what_the_other_side_loses_is_won(self):
        # own 0.3 kept; the other's 0.6 loses half in 30 days: 0.3 + 0.3 = 0.6
        columns = stakes(share_held=0.3, opponent__share_held=0.6, opponent__monthly_loss=0.5)
        assert value(TerritoryHeld(), **columns) == pytest.approx(0.6)

    def test_never_more_than_the_whole(self):
        columns = stakes(share_held=0.9, opponent__share_held=0.9, opponent__monthly_loss=1)
        assert value(TerritoryHeld(), **columns) == 1

    def test_worth_to_the_other_side_weighs_the_stakes(self):
        one = stakes(share_held=1, opponent__worth=20)
        other = {f"{name[:-1]}t": n for name, n in stakes(share_held=0.5, opponent__worth=60).items()}
        # (1 * 20 + 0.5 * 60) / 80
        assert value(TerritoryHeld(), **one, **other) == pytest.approx(0.625)

    def test_nothing_that_the_other_side_wants(self):
        assert value(TerritoryHeld(), **stakes(share_held=1, opponent__worth=0)) == 0

    @pytest.mark.parametrize("missing", ["share_held", "opponent__share_held", "opponent__worth"])
    def test_missing_input(self, missing):
        assert np.isnan(value(TerritoryHeld(), **stakes(**{missing: NAN})))

    def test_at_the_deadline_holdings_are_todays(self):
        columns = stakes(share_held=0.4, monthly_loss=0.9, days_from__share_held=0)
        assert value(TerritoryHeld(), **columns) == pytest.approx(0.4)

    def test_losing_all_at_the_deadline_is_no_division_by_zero(self):
        columns = stakes(share_held=0.4, monthly_loss=1, days_from__share_held=0)
        assert value(TerritoryHeld(), **columns) == pytest.approx(0.4)

    def test_without_a_deadline_only_a_stable_holding_is_known(self):
        days = {"days_from__share_held": NAN, "opponent__days_from__share_held": NAN}
        assert value(TerritoryHeld(), **stakes(share_held=0.4, **days)) == pytest.approx(0.4)
        assert np.isnan(value(TerritoryHeld(), **stakes(share_held=0.4, monthly_loss=0.1, **days)))

    def test_bounds_without_a_deadline_reach_from_all_lost_to_all_kept(self):
        days = {"days_from__share_held": NAN, "opponent__days_from__share_held": NAN}
        columns = row(**stakes(share_held=0.4, monthly_loss=0.1, **days))
        low, high = TerritoryHeld().bounds(columns, columns)
        assert (low[0], high[0]) == (0, pytest.approx(0.4))

    @given(shares, shares, shares, shares, st.floats(0, 4000))
    def test_bounds_without_a_deadline_hold_every_deadline(self, own, loss, other, other_loss, days):
        """The side that loses fast first, and gains slowly later, is at its lowest in between."""
        held = {"share_held": own, "monthly_loss": loss, "opponent__share_held": other}
        held["opponent__monthly_loss"] = other_loss
        some_day = stakes(**held, days_from__share_held=days, opponent__days_from__share_held=days)
        never = stakes(**held, days_from__share_held=NAN, opponent__days_from__share_held=NAN)
        low, high = TerritoryHeld().bounds(row(**never), row(**never))
        assert low[0] - 1e-9 <= value(TerritoryHeld(), **some_day) <= high[0] + 1e-9

    @settings(max_examples=60)
    @given(st.lists(st.tuples(spans, spans, spans, spans, point_spans), min_size=1, max_size=3), st.randoms())
    def test_bounds_hold_every_point_and_are_reached(self, of_stakes, random):
        names = (
            "share_held",
            "monthly_loss",
            "opponent__share_held",
            "opponent__monthly_loss",
            "opponent__worth",
        )
        low, high = {}, {}
        for number, ends in enumerate(of_stakes):
            for side, at in ((low, 0), (high, 1)):
                side |= {f"{name}__{number}": end[at] for name, end in zip(names, ends, strict=True)}
                side |= {f"{d}days_from__share_held__{number}": 14 for d in ("", "opponent__")}
        bottom, top = (float(end[0]) for end in TerritoryHeld().bounds(row(**low), row(**high)))
        for _ in range(20):
            inside = between(low, high, {name: random.choice((0, 1, random.random())) for name in low})
            assert bottom - 1e-9 <= value(TerritoryHeld(), **inside) <= top + 1e-9
        assert (bottom, top) == pytest.approx(self.brute_force(low, high, len(of_stakes)), abs=1e-9)

    @staticmethod
    def brute_force(low, high, count):
        """Least and greatest reading over all corners of worth; shares and losses at their own ends."""
        found = []
        raised = ("share_held", "opponent__share_held", "opponent__monthly_loss")
        for side, other in ((low, high), (high, low)):
            fixed = {n: (side if n.rsplit("__", 1)[0] in raised else other)[n] for n in low}
            values = []
            for corner in itertools.product((low, high), repeat=count):
                worths = {f"opponent__worth__{n}": corner[n][f"opponent__worth__{n}"] for n in range(count)}
                values.append(value(TerritoryHeld(), **fixed | worths))
            found.append(values)
        return min(found[0]), max(found[1])

    @given(shares, shares, spans, st.sampled_from(["share_held", "opponent__monthly_loss", "monthly_loss"]))
    def test_direction_of_each_input(self, own, other, ends, name):
        base = {"share_held": own, "opponent__share_held": other, "monthly_loss": 0.2}
        first, second = (value(TerritoryHeld(), **stakes(**base | {name: end})) for end in ends)
        assert (second - first) * (-1 if name == "monthly_loss" else 1) >= -1e-12


class TestTime:
    def patience(self, own, other, months):
        """The documented formula, written out."""
        rate, against = -math.log(1 - own), -math.log(1 - other)
        far = 0.5 if rate == against else against / (rate + against)
        return far + (0.5 - far) * math.exp(-(rate + against) * months / 2)

    def columns(self, needed, own, other, days, since=None):
        return {
            "days_needed": needed,
            "monthly_cost": own,
            "opponent__monthly_cost": other,
            "days_from__days_needed": days if since is None else since,
            "days_left": days,
        }

    def test_by_hand(self):
        # 30 of 60 days: ready by half. r = ln 2, r' = ln 4 = 2 r, so u* = 2/3 and, a month before the
        # deadline, u = 2/3 - 1/6 e^(-1.5 ln 2) = 2/3 - 1/6 * 0.353553 = 0.607741
        reading = value(TimeRemaining(), **self.columns(60, 0.5, 0.75, 30))
        assert reading == pytest.approx(0.5 * 0.5 + 0.5 * 0.607741, abs=1e-6)

    def test_readiness_weight(self):
        columns = self.columns(60, 0.5, 0.75, 30)
        assert value(TimeRemaining(readiness=1), **columns) == pytest.approx(0.5)
        assert value(TimeRemaining(readiness=0), **columns) == pytest.approx(0.607741, abs=1e-6)

    def test_far_from_the_deadline_patience_is_rubinsteins(self):
        # Rates .05 and .10 a month (Rubinstein 1982): .667
        own, other = 1 - math.exp(-0.05), 1 - math.exp(-0.10)
        reading = value(TimeRemaining(readiness=0), **self.columns(0, own, other, 1e6))
        assert reading == pytest.approx(2 / 3)
        assert reading == pytest.approx(float(patient_share(0.05, 0.10)))

    def test_a_near_deadline_helps_the_side_that_waits_at_the_higher_cost(self):
        near, far = (
            value(TimeRemaining(readiness=0), **self.columns(0, 0.3, 0.1, days)) for days in (5, 300)
        )
        assert far < near < 0.5  # Moore 2004

    @pytest.mark.parametrize("needed", [0, 10])
    def test_at_the_deadline(self, needed):
        ready = 1 if needed == 0 else 0
        reading = value(TimeRemaining(), **self.columns(needed, 0.3, 0.1, 0))
        assert reading == pytest.approx(0.5 * ready + 0.5 * 0.5)

    def test_days_run_from_the_day_of_the_source(self):
        # 20 days needed as of a source 10 days ago, 10 days left: ready at the deadline.
        reading = value(TimeRemaining(readiness=1), **self.columns(20, 0, 0, 10, since=20))
        assert reading == 1

    @pytest.mark.parametrize("missing", ["days_needed", "monthly_cost", "opponent__monthly_cost"])
    def test_missing_input(self, missing):
        assert np.isnan(value(TimeRemaining(), **self.columns(10, 0.1, 0.1, 30) | {missing: NAN}))

    def test_no_deadline(self):
        assert np.isnan(value(TimeRemaining(), **self.columns(10, 0.1, 0.1, NAN)))

    @given(
        st.tuples(st.floats(0, 3650), st.floats(0, 3650)).map(sorted),
        st.tuples(st.floats(0, 0.9), st.floats(0, 0.9)).map(sorted),
        st.tuples(st.floats(0, 0.9), st.floats(0, 0.9)).map(sorted),
        st.floats(0, 2000),
        st.tuples(shares, shares, shares),
    )
    def test_bounds_hold_every_point_and_are_reached(self, needed, own, other, days, parts):
        low = self.columns(needed[0], own[0], other[0], days)
        high = self.columns(needed[1], own[1], other[1], days)
        bottom, top = (float(end[0]) for end in TimeRemaining().bounds(row(**low), row(**high)))
        inside = between(low, high, dict(zip(low, (*parts, 0, 0), strict=True)))
        assert bottom - 1e-9 <= value(TimeRemaining(), **inside) <= top + 1e-9
        worst = self.columns(needed[1], own[1], other[0], days)
        best = self.columns(needed[0], own[0], other[1], days)
        assert value(TimeRemaining(), **worst) == pytest.approx(bottom)
        assert value(TimeRemaining(), **best) == pytest.approx(top)

    @given(st.floats(0, 0.9), st.floats(0, 0.9), st.floats(0, 2000))
    def test_the_two_sides_patience_shares_the_whole(self, own, other, days):
        first = value(TimeRemaining(readiness=0), **self.columns(0, own, other, days))
        second = value(TimeRemaining(readiness=0), **self.columns(0, other, own, days))
        assert first + second == pytest.approx(1)

    def test_readiness_is_a_share(self):
        with pytest.raises(ValueError, match=r"readiness is 1\.5, outside 0\.\.1"):
            TimeRemaining(readiness=1.5)


class TestSupport:
    def test_by_hand(self):
        # b = (1 + .6 - .3) / 2 = .65; x = .65 + .5 * .4 * .35 = .72
        assert value(DomesticSupport(), carry_on=0.6, deal_appetite=0.3, tied_hand=0.4) == pytest.approx(0.72)

    @pytest.mark.parametrize(
        ("carry_on", "appetite", "tied", "reading"),
        [(0, 1, 0, 0), (1, 0, 0, 1), (0.5, 0.5, 0, 0.5), (0, 1, 1, 0.5), (1, 0, 1, 1)],
    )
    def test_corners(self, carry_on, appetite, tied, reading):
        found = value(DomesticSupport(), carry_on=carry_on, deal_appetite=appetite, tied_hand=tied)
        assert found == pytest.approx(reading)

    @given(spans, spans, spans, st.tuples(shares, shares, shares), shares)
    def test_bounds_hold_every_point_and_are_reached(self, on, appetite, tied, parts, lift):
        builder = DomesticSupport(lift=lift)
        low, high = (
            {"carry_on": on[at], "deal_appetite": appetite[at], "tied_hand": tied[at]} for at in (0, 1)
        )
        bottom, top = (float(end[0]) for end in builder.bounds(row(**low), row(**high)))
        inside = between(low, high, dict(zip(low, parts, strict=True)))
        assert bottom - 1e-9 <= value(builder, **inside) <= top + 1e-9
        assert value(builder, **low | {"deal_appetite": appetite[1]}) == pytest.approx(bottom)
        assert value(builder, **high | {"deal_appetite": appetite[0]}) == pytest.approx(top)

    @pytest.mark.parametrize("missing", ["carry_on", "deal_appetite", "tied_hand"])
    def test_missing_input(self, missing):
        known = {"carry_on": 0.6, "deal_appetite": 0.3, "tied_hand": 0.4}
        assert np.isnan(value(DomesticSupport(), **known | {missing: NAN}))

    def test_lift_is_a_share(self):
        with pytest.raises(ValueError, match=r"lift is -1, outside 0\.\.1"):
            DomesticSupport(lift=-1)


class TestAllies:
    def test_by_hand(self):
        # .7 * .57 * .8 = .3192
        found = value(AllyBacking(), strength=0.7, reliability=0.57, restraint=0.2)
        assert found == pytest.approx(0.3192)

    @given(spans, spans, spans, st.tuples(shares, shares, shares))
    def test_bounds_hold_every_point_and_are_reached(self, strength, reliability, restraint, parts):
        low, high = (
            {"strength": strength[at], "reliability": reliability[at], "restraint": restraint[at]}
            for at in (0, 1)
        )
        bottom, top = (float(end[0]) for end in AllyBacking().bounds(row(**low), row(**high)))
        inside = between(low, high, dict(zip(low, parts, strict=True)))
        assert bottom - 1e-9 <= value(AllyBacking(), **inside) <= top + 1e-9
        assert value(AllyBacking(), **low | {"restraint": restraint[1]}) == pytest.approx(bottom)
        assert value(AllyBacking(), **high | {"restraint": restraint[0]}) == pytest.approx(top)

    @pytest.mark.parametrize("missing", ["strength", "reliability", "restraint"])
    def test_missing_input(self, missing):
        known = {"strength": 0.7, "reliability": 0.5, "restraint": 0.1}
        assert np.isnan(value(AllyBacking(), **known | {missing: NAN}))


class TestDeclaredDirections:
    """Every builder is monotone as it declares, at any point of its codebook scales."""

    @pytest.mark.parametrize("factor", ["time_remaining", "domestic_support", "ally_backing"])
    @given(st.data())
    def test_rises_and_falls(self, factor, data):
        codebook = load_codebook()
        builder = builders_for(codebook)[factor]
        scales = {i.id: i.bounds for i in codebook.factor(factor).indicators}
        days = data.draw(st.floats(0, 1000))
        base = {name: days for name in builder.inputs if "days_" in name and name not in scales}
        for name in set(builder.inputs) - set(base):
            base[name] = data.draw(st.floats(*scales[name.removeprefix("opponent__")]))
        changed = data.draw(st.sampled_from(sorted(builder.rises | builder.falls)))
        ends = st.floats(*scales[changed.removeprefix("opponent__")])
        less, more = sorted((data.draw(ends), data.draw(ends)))
        change = value(builder, **base | {changed: more}) - value(builder, **base | {changed: less})
        assert change * (1 if changed in builder.rises else -1) >= -1e-12


class TestKursk:
    """The published numbers: 440 of 1,376 km2, 26 % lost in 30 days, 14 days, worth 38 of 100 to Russia."""

    @pytest.fixture
    def table(self, kursk):
        return feature_table(kursk, ["assessed"])

    def reading(self, table, actor, factor):
        names = [leaf.id for leaf in table.leaves]
        return table.x[table.row_number("assessed", actor), names.index(factor)]

    def test_a_quarter_of_the_november_holding_is_lost_in_a_month(self):
        assert 1 - math.sqrt(440 / 800) == pytest.approx(0.26, abs=0.002)

    def test_territory_of_ukraine(self, table):
        held = 440 / 1376 * 0.74 ** (14 / 30)  # 0.3198 * 0.8689 = 0.2779
        assert held == pytest.approx(0.2779, abs=1e-4)
        # Nothing of occupied Ukraine, which is worth the other 62 points to Russia.
        assert self.reading(table, "ukraine", "territory_held") == pytest.approx(0.38 * held)

    def test_territory_of_russia(self, table):
        won = 440 / 1376 * (1 - 0.74 ** (14 / 30))
        pocket = 936 / 1376 + won  # 0.6802 + 0.0419 = 0.7221
        # Ukraine gives the pocket 5 and its occupied land 95 points.
        expected = 0.05 * pocket + 0.95 * 1.0
        assert self.reading(table, "russia", "territory_held") == pytest.approx(expected)
        assert expected == pytest.approx(0.9861, abs=1e-4)

    def test_time_of_ukraine(self, table):
        # 14 of 17.5 days: ready by 0.8; waiting costs 25 % a month against Russia's 3 %.
        patience = TestTime().patience(0.25, 0.03, 14 / 30)
        assert patience == pytest.approx(0.4711, abs=1e-4)
        assert self.reading(table, "ukraine", "time_remaining") == pytest.approx(0.5 * 0.8 + 0.5 * patience)

    def test_support_and_allies_of_ukraine(self, table):
        # Gallup 38 and 52 %: b = (1 + .38 - .52) / 2 = .43; tied hand .5: .43 + .5 * .5 * .57 = .5725
        assert self.reading(table, "ukraine", "domestic_support") == pytest.approx(0.5725)
        # .7 * .57 * (1 - .2), with 0.44 * 0.4 + 0.56 * 0.7 = 0.57 from the US part of 115/263
        assert pytest.approx(0.44, abs=0.005) == 115 / 263
        assert self.reading(table, "ukraine", "ally_backing") == pytest.approx(0.3192)
