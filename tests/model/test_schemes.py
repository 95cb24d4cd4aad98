"""Weight schemes against published and hand-computed numbers, and what must hold for any input."""

import math
from fractions import Fraction
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from leverage.faults import InputError
from leverage.model import schemes

NAMES = ["territory_held", "time_remaining", "domestic_support", "ally_backing"]

# Saaty (1977), J. Math. Psychol. 15, and (1980), ch. 2: relative wealth of seven nations, upper triangle.
NATIONS = ["US", "USSR", "China", "France", "UK", "Japan", "Germany"]
WEALTH = [
    [4, 9, 6, 6, 5, 5],
    [7, 5, 5, 3, 4],
    [1 / 5, 1 / 5, 1 / 7, 1 / 5],
    [1, 1 / 3, 1 / 3],
    [1 / 3, 1 / 3],
    [2],
]
# Saaty (1980), ch. 1: choosing a school.
SCHOOL = ["learning", "friends", "life", "vocational", "college", "music"]
CRITERIA = [[4, 3, 1, 3, 4], [7, 3, 1 / 5, 1], [1 / 5, 1 / 5, 1 / 6], [1, 1 / 3], [3]]


def triangle(names, rows):
    """The upper triangle of a published matrix as (a, b, ratio)."""
    return [(names[i], names[i + 1 + j], ratio) for i, row in enumerate(rows) for j, ratio in enumerate(row)]


def power_iteration(names, triples):
    """Principal eigenvector and eigenvalue without an eigenvalue routine."""
    matrix = {(name, name): 1.0 for name in names}
    for a, b, ratio in triples:
        matrix[a, b], matrix[b, a] = ratio, 1 / ratio
    weights = dict.fromkeys(names, 1.0)
    for _ in range(500):
        image = {a: sum(matrix[a, b] * weights[b] for b in names) for a in names}
        growth = sum(image.values()) / sum(weights.values())
        weights = {name: value / sum(image.values()) for name, value in image.items()}
    return weights, growth


def assert_weights(weights, names):
    assert list(weights) == list(names)
    assert all(type(weight) is float and weight >= 0 for weight in weights.values())
    assert math.fsum(weights.values()) == pytest.approx(1, abs=1e-12)


names_lists = st.lists(st.text("abcdef", min_size=1, max_size=4), min_size=1, max_size=9, unique=True)
hundredths = st.integers(0, 100).map(lambda n: n / 100)


@st.composite
def tables(draw):
    """Names and a table of at least two rows in which at least one column varies."""
    names = draw(names_lists)
    rows = draw(
        st.lists(st.lists(hundredths, min_size=len(names), max_size=len(names)), min_size=2, max_size=6)
    )
    values = np.array(rows)
    if np.ptp(values, axis=0).max() == 0:
        values[0, 0] = 1.0 - values[0, 0] if values[0, 0] != 0.5 else 0.25
    return names, values


def in_step(values):
    """Whether several columns vary and all of them correlate fully."""
    varying = values[:, np.ptp(values, axis=0) > 0]
    return varying.shape[1] > 1 and np.corrcoef(varying.T).min() > 1 - 1e-9


@st.composite
def judgements(draw):
    """Names with a comparison of every pair, in either direction."""
    names = draw(names_lists)
    ratio = st.integers(1, 9).flatmap(lambda n: st.sampled_from([float(n), 1 / n]))
    pairs = [pair if draw(st.booleans()) else pair[::-1] for pair in combinations(names, 2)]
    return names, [(a, b, draw(ratio)) for a, b in pairs]


class TestEqual:
    def test_four_factors(self):
        assert schemes.equal(NAMES) == dict.fromkeys(NAMES, 0.25)

    @given(names_lists)
    def test_is_a_weighting(self, names):
        assert_weights(schemes.equal(names), names)

    def test_all_bad_names_are_named(self):
        with pytest.raises(InputError) as caught:
            schemes.equal(["b", "a", "b", " ", "a", 3])
        assert len(caught.value.faults) == 2
        assert "doubled: b, a" in str(caught.value)
        assert "' ', 3" in str(caught.value)

    @pytest.mark.parametrize(("names", "problem"), [([], "no factors"), ("time", "one text")])
    def test_no_list_of_names(self, names, problem):
        with pytest.raises(InputError, match=problem):
            schemes.equal(names)


class TestRankOrderCentroid:
    def test_published_for_four(self):
        weights = schemes.rank_order_centroid(NAMES)
        assert weights == pytest.approx(
            dict(zip(NAMES, [0.5208, 0.2708, 0.1458, 0.0625], strict=True)), abs=5e-5
        )

    @pytest.mark.parametrize(
        ("n", "published"), [(2, [0.75, 0.25]), (3, [0.6111, 0.2778, 0.1111]), (5, [0.4567, 0.2567, 0.1567])]
    )
    def test_published_for_other_sizes(self, n, published):
        weights = list(schemes.rank_order_centroid([str(i) for i in range(n)]).values())
        assert weights[: len(published)] == pytest.approx(published, abs=5e-5)

    def test_is_the_mean_over_the_simplex_it_stands_for(self):
        draws = np.sort(np.random.default_rng(0).dirichlet(np.ones(4), 200_000), axis=1)[:, ::-1]
        assert list(schemes.rank_order_centroid(NAMES).values()) == pytest.approx(
            draws.mean(axis=0), abs=2e-3
        )

    def test_ties_share_the_mean_of_their_places(self):
        weights = schemes.rank_order_centroid(["a", ("c", "b"), ["d"]])
        middle = float((Fraction(13, 48) + Fraction(7, 48)) / 2)
        assert weights == pytest.approx({"a": 25 / 48, "c": middle, "b": middle, "d": 3 / 48})
        assert list(weights) == ["a", "c", "b", "d"]

    def test_all_tied_is_equal(self):
        assert schemes.rank_order_centroid([tuple(NAMES)]) == pytest.approx(schemes.equal(NAMES))

    @given(names_lists)
    def test_never_increases(self, names):
        weights = schemes.rank_order_centroid(names)
        assert_weights(weights, names)
        assert list(weights.values()) == sorted(weights.values(), reverse=True)

    @pytest.mark.parametrize(
        ("ranking", "problem"),
        [(["a", ("b", "a")], "doubled: a"), (["a", ()], "tie"), ([], "no factors"), ("abc", "one text")],
    )
    def test_wrong_ranking(self, ranking, problem):
        with pytest.raises(InputError, match=problem):
            schemes.rank_order_centroid(ranking)


class TestSwing:
    def test_points_over_their_sum(self):
        assert schemes.swing({"b": 100, "a": 60, "c": 40, "d": 0}) == pytest.approx(
            {"b": 0.5, "a": 0.3, "c": 0.2, "d": 0.0}
        )

    @given(
        st.dictionaries(st.text("abc", min_size=1), st.floats(0, 100), min_size=1).filter(
            lambda p: any(p.values())
        )
    )
    def test_is_a_weighting_that_follows_the_names(self, points):
        weights = schemes.swing(points)
        assert_weights(weights, points)
        assert schemes.swing(dict(reversed(points.items()))) == pytest.approx(weights)

    def test_all_wrong_points_are_named(self):
        points = {"a": -1, "b": math.nan, "c": math.inf, "d": 101, "e": "50", "f": True, "fine": 100}
        with pytest.raises(InputError) as caught:
            schemes.swing(points)
        assert "a: -1, b: nan, c: inf, d: 101, e: '50', f: True" in str(caught.value)
        assert "fine" not in str(caught.value)

    @pytest.mark.parametrize(
        ("points", "problem"), [({"a": 0, "b": 0.0}, "above 0: a, b"), ({}, "no factors")]
    )
    def test_no_points(self, points, problem):
        with pytest.raises(InputError, match=problem):
            schemes.swing(points)


class TestAhp:
    def test_saaty_wealth_of_nations(self):
        result = schemes.ahp(NATIONS, triangle(NATIONS, WEALTH))
        published = [0.427, 0.230, 0.021, 0.052, 0.052, 0.123, 0.094]
        assert list(result.weights.values()) == pytest.approx(published, abs=6e-4)
        assert result.lambda_max == pytest.approx(7.61, abs=5e-3)
        assert result.consistency_index == pytest.approx(0.10, abs=5e-3)
        assert result.consistency_ratio == pytest.approx(0.08, abs=5e-3)
        assert result.is_consistent

    def test_saaty_choosing_a_school(self):
        result = schemes.ahp(SCHOOL, triangle(SCHOOL, CRITERIA))
        published = [0.32, 0.14, 0.03, 0.13, 0.24, 0.14]
        assert list(result.weights.values()) == pytest.approx(published, abs=6e-3)
        assert not result.is_consistent

    @given(judgements())
    def test_is_the_principal_eigenvector(self, judged):
        names, triples = judged
        result = schemes.ahp(names, triples)
        weights, growth = power_iteration(names, triples)
        assert_weights(result.weights, names)
        assert result.weights == pytest.approx(weights, abs=1e-9)
        assert result.lambda_max == pytest.approx(growth)
        assert result.consistency_index >= 0

    @given(judgements())
    def test_direction_and_order_of_comparisons_do_not_matter(self, judged):
        names, triples = judged
        mirrored = {(b, a): 1 / ratio for a, b, ratio in reversed(triples)}
        result = schemes.ahp(names, triples)
        other = schemes.ahp(names[::-1], mirrored)
        assert other.weights == pytest.approx(result.weights, abs=1e-9)
        assert other.consistency_ratio == pytest.approx(result.consistency_ratio, abs=1e-9)

    @given(st.lists(st.floats(1, 3), min_size=1, max_size=9))
    def test_consistent_comparisons_give_back_their_weights(self, sizes):
        names = [f"f{i}" for i in range(len(sizes))]
        size = dict(zip(names, sizes, strict=True))
        result = schemes.ahp(names, {(a, b): size[a] / size[b] for a, b in combinations(names, 2)})
        # For consistent comparisons the row's geometric mean is the eigenvector.
        mean = {a: math.prod(size[a] / size[b] for b in names) ** (1 / len(names)) for a in names}
        total = sum(mean.values())
        assert result.weights == pytest.approx({name: value / total for name, value in mean.items()})
        assert result.lambda_max == pytest.approx(len(names))
        assert result.consistency_ratio == pytest.approx(0, abs=1e-9)

    def test_random_index_by_size(self):
        """A circle of preferences, by hand: [[1, 2, 1/2], [1/2, 1, 2], [2, 1/2, 1]] has row sums 3.5."""
        result = schemes.ahp(["x", "y", "z"], [("x", "y", 2), ("y", "z", 2), ("z", "x", 2)])
        assert result.lambda_max == pytest.approx(3.5)
        assert result.consistency_index == pytest.approx(0.25)
        assert result.consistency_ratio == pytest.approx(0.25 / 0.58)
        assert result.weights == pytest.approx(dict.fromkeys("xyz", 1 / 3))

    @pytest.mark.parametrize(("names", "triples"), [(["a"], []), (["a", "b"], [("a", "b", 9)])])
    def test_fewer_than_three_cannot_be_inconsistent(self, names, triples):
        result = schemes.ahp(names, triples)
        assert (result.consistency_index, result.consistency_ratio, result.is_consistent) == (0, 0, True)
        assert result.lambda_max == pytest.approx(len(names))

    def test_limits_of_the_scale(self):
        assert schemes.ahp(["a", "b"], [("a", "b", 0.111)]).weights["a"] == pytest.approx(0.1, abs=1e-3)
        fifteen = [str(i) for i in range(15)]
        assert schemes.ahp(fifteen, [(a, b, 1) for a, b in combinations(fifteen, 2)]).consistency_ratio < 1e-9
        with pytest.raises(InputError, match="16 factors"):
            schemes.ahp([str(i) for i in range(16)], [])

    def test_all_faults_at_once(self):
        triples = [("a", "b", 3), ("b", "a", 2), ("c", "c", 1), ("a", "tme", 10), ("time", "a", math.nan)]
        with pytest.raises(InputError) as caught:
            schemes.ahp(["a", "b", "c", "time"], triples)
        message = str(caught.value)
        assert "'tme' is compared but unknown" in message
        assert "did you mean 'time'" in message
        assert "'c' is compared with itself" in message
        assert "'a' to 'tme' is 10" in message
        assert "'time' to 'a' is nan" in message
        assert "compared twice: a and b\n" in message
        assert "not compared: a and c, b and c, b and time, c and time\n" in message
        assert len(caught.value.faults) == 6

    @pytest.mark.parametrize("ratio", [0, -3, 0.1, 9.01, math.inf, "3", None, True])
    def test_ratio_off_the_scale(self, ratio):
        with pytest.raises(InputError, match="'a' to 'b'"):
            schemes.ahp(["a", "b"], [("a", "b", ratio)])

    @pytest.mark.parametrize("comparisons", [[("a", "b")], {"abc": 3}, [3], {("a", "b", "c"): 1}, 4])
    def test_malformed_comparison(self, comparisons):
        with pytest.raises(InputError, match="two names and a ratio"):
            schemes.ahp(["a", "b"], comparisons)


class TestEntropy:
    def test_by_hand(self):
        # Shares (1, 0), (3/4, 1/4), (1/2, 1/2): 1 + Σ p ln p / ln 2 is 1, 1 - H(1/4) and 0.
        values = [[0.4, 0.75, 0.3], [0.0, 0.25, 0.3]]
        quarter = 1 - (0.75 * math.log2(4 / 3) + 0.25 * math.log2(4))
        expected = {"a": 1 / (1 + quarter), "b": quarter / (1 + quarter), "c": 0.0}
        assert schemes.entropy(values, ["a", "b", "c"]) == pytest.approx(expected)

    def test_by_hand_with_four_rows(self):
        # a: (1/2, 1/4, 1/8, 1/8) has 7/4 bits of 2; b: (1/2, 1/2, 0, 0) has 1 bit of 2.
        values = [[0.8, 0.6], [0.4, 0.6], [0.2, 0.0], [0.2, 0.0]]
        low, high = 1 - Fraction(7, 8), 1 - Fraction(1, 2)
        expected = {"a": float(low / (low + high)), "b": float(high / (low + high))}
        assert expected == {"a": 0.2, "b": 0.8}
        assert schemes.entropy(values, ["a", "b"]) == pytest.approx(expected)

    def test_small_differences_keep_their_digits(self):
        # Near an even column the divergence goes with the squared spread: 1 : 4.
        values = [[0.5 + 1e-7, 0.5 + 2e-7], [0.5 - 1e-7, 0.5 - 2e-7]]
        assert schemes.entropy(values, ["a", "b"]) == pytest.approx({"a": 0.2, "b": 0.8}, rel=1e-6)


class TestCritic:
    def test_by_hand(self):
        # Columns ±1/2, ±1/4 in step and ±1/4 across: σ = 1/2, 1/4, 1/4; r(a,b) = 1, r(a,c) = r(b,c) = 0.
        # Information σ Σ(1 - r): a 1/2 · 1, b 1/4 · 1, c 1/4 · 2.
        values = [[1, 0.75, 0.75], [1, 0.75, 0.25], [0, 0.25, 0.75], [0, 0.25, 0.25]]
        information = [Fraction(1, 2), Fraction(1, 4), Fraction(1, 2)]
        expected = [float(part / sum(information)) for part in information]
        assert list(schemes.critic(values, ["a", "b", "c"]).values()) == pytest.approx(expected)
        assert expected == [0.4, 0.2, 0.4]

    def test_opposites_are_weighted_by_their_spread(self):
        # r = -1: 2 σ each; σ = 2/5 and 1/10. Rescaled by the data's range both would get 1/2.
        assert schemes.critic([[0.1, 0.6], [0.9, 0.4]], ["a", "b"]) == pytest.approx({"a": 0.8, "b": 0.2})

    def test_a_narrower_spread_weighs_less(self):
        values = np.array([[0.2, 0.9], [0.4, 0.1], [0.3, 0.5]])
        narrower = schemes.critic(values * [0.5, 1], ["a", "b"])
        assert narrower["a"] < schemes.critic(values, ["a", "b"])["a"]

    def test_against_numpy_correlation(self):
        values = np.random.default_rng(3).uniform(size=(30, 4))
        information = values.std(axis=0, ddof=1) * (1 - np.corrcoef(values.T)).sum(axis=0)
        assert list(schemes.critic(values, NAMES).values()) == pytest.approx(information / information.sum())

    @given(tables(), st.floats(0, 1))
    def test_a_constant_factor_leaves_the_others_alone(self, table, constant):
        names, values = table
        assume(not in_step(values))
        before = schemes.critic(values, names)
        column = np.full((len(values), 1), constant)
        after = schemes.critic(np.hstack([values, column]), [*names, "constant"])
        assert after == pytest.approx({**before, "constant": 0.0})

    def test_single_varying_factor_gets_all(self):
        assert schemes.critic([[0.1, 0.5], [0.2, 0.5]], ["a", "b"]) == {"a": 1.0, "b": 0.0}

    def test_factors_in_step_have_no_conflict(self):
        with pytest.raises(InputError, match="move in step: a, b\n"):
            schemes.critic([[0.1, 0.3, 0.7], [0.2, 0.5, 0.7], [0.3, 0.7, 0.7]], ["a", "b", "c"])


@pytest.mark.parametrize("scheme", [schemes.entropy, schemes.critic])
class TestFromData:
    @given(table=tables(), data=st.data())
    def test_is_a_weighting_that_follows_the_names(self, scheme, table, data):
        names, values = table
        if scheme is schemes.critic and in_step(values):
            with pytest.raises(InputError, match="move in step"):
                scheme(values, names)
            return
        weights = scheme(values, names)
        assert_weights(weights, names)
        constant = [name for name, column in zip(names, values.T, strict=True) if np.ptp(column) == 0]
        assert all(weights[name] == 0 for name in constant)
        order = data.draw(st.permutations(range(len(names))))
        shuffled = scheme(values[:, order], [names[i] for i in order])
        assert list(shuffled) == [names[i] for i in order]
        assert shuffled == pytest.approx(weights, abs=1e-9)
        assert scheme(values[::-1], names) == pytest.approx(weights, abs=1e-9)

    def test_columns_of_zeros_and_constants_get_nothing(self, scheme):
        weights = scheme([[0, 0.2, 0.6, 0.3], [0, 0.8, 0.6, 0.1]], NAMES)
        assert (weights["territory_held"], weights["domestic_support"]) == (0, 0)
        assert weights["time_remaining"] > 0

    def test_rounding_at_the_bounds_is_tolerated(self, scheme):
        names, noisy = ["a", "b"], [[1 + 1e-15, 0.3], [-1e-15, 0.4]]
        assert scheme(noisy, names) == pytest.approx(scheme([[1, 0.3], [0, 0.4]], names))

    def test_a_table_is_read_by_its_column_names(self, scheme):
        table = pd.DataFrame({"b": [0.1, 0.9], "other": [7, 8], "a": [0.5, 0.4]})
        assert scheme(table, ["a", "b"]) == scheme([[0.5, 0.1], [0.4, 0.9]], ["a", "b"])
        with pytest.raises(InputError, match=r"no columns c, d\n.*b, other, a"):
            scheme(table, ["a", "c", "d"])

    def test_all_bad_columns_are_named(self, scheme):
        values = [[0.5, math.nan, 1.2, -0.1], [0.1, math.nan, 0.3, math.inf]]
        with pytest.raises(
            InputError, match=r"time_\w+ \(2 of 2 rows\), dom\w+ \(1 of 2 rows\), ally\w+ \(2 of"
        ):
            scheme(values, NAMES)

    @pytest.mark.parametrize(
        ("values", "problem"),
        [
            ([[0.5, 0.2], [0.5, 0.2]], "no factor varies over 2 row"),
            ([[0.0, 0.0], [0.0, 0.0]], "no factor varies"),
            ([[0.1, 0.2]], "no factor varies over 1 row"),
            ([[0.1 + 0.2, 0.3], [0.3, 0.3]], "no factor varies"),
            ([[0.1], [0.2]], "shape"),
            ([0.1, 0.2], "shape"),
            (np.empty((0, 2)), "shape"),
            ([["high", "low"]], "no table of numbers"),
            ([[0.1, 0.2], [0.3]], "no table of numbers"),
        ],
    )
    def test_nothing_to_weigh_by(self, scheme, values, problem):
        with pytest.raises(InputError, match=problem):
            scheme(values, ["a", "b"])
