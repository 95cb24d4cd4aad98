"""The builder's base class: bounds from directions, inputs per stake, parameters."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from leverage.builders import Builder
from leverage.faults import InputError


def column(*values):
    return np.array(values, dtype=float)


@dataclass
class Difference(Builder):
    """gain - loss, with the directions stated."""

    scale: float = 1.0

    id = "difference"
    inputs = ("gain", "loss")
    rises = frozenset({"gain"})
    falls = frozenset({"loss"})

    def build(self, columns):
        return self.scale * (columns["gain"] - columns["loss"])


@dataclass
class Undirected(Builder):
    """a * b, whose direction depends on the other's sign, so none is stated."""

    id = "undirected"
    inputs = ("a", "b")

    def build(self, columns):
        return columns["a"] * columns["b"]


@dataclass
class Many(Builder):
    """A sum of any number of columns without a direction."""

    id = "many"

    def build(self, columns):
        return np.sum(list(columns.values()), axis=0)


class TestBounds:
    def test_by_direction(self):
        low = {"gain": column(2, 0), "loss": column(1, 0)}
        high = {"gain": column(5, 1), "loss": column(3, 4)}
        bottom, top = Difference().bounds(low, high)
        # 2 - 3 and 5 - 1; 0 - 4 and 1 - 0
        assert bottom.tolist() == [-1, -4]
        assert top.tolist() == [4, 1]

    def test_without_direction_every_corner_is_tried(self):
        bottom, top = Undirected().bounds(
            {"a": column(-2), "b": column(-3)}, {"a": column(1), "b": column(5)}
        )
        # (-2)(-3) = 6, (-2) 5 = -10, 1 (-3) = -3, 1 * 5 = 5
        assert (bottom[0], top[0]) == (-10, 6)

    @given(arrays(float, (4, 2), elements=st.floats(-9, 9)), st.floats(0, 1), st.floats(0, 1))
    def test_hold_every_point_inside(self, ends, one, other):
        low = {name: column(min(ends[n])) for n, name in enumerate("ab")}
        high = {name: column(max(ends[n])) for n, name in enumerate("ab")}
        bottom, top = Undirected().bounds(low, high)
        inside = {
            name: low[name] + part * (high[name] - low[name])
            for name, part in zip("ab", (one, other), strict=True)
        }
        value = Undirected().build(inside)
        assert bottom - 1e-9 <= value <= top + 1e-9

    def test_stake_columns_follow_their_input(self):
        builder = Difference()
        low = {"gain__x": column(1), "loss__x": column(1), "gain__y": column(0), "loss__y": column(0)}
        assert [builder._stem(name) for name in low] == ["gain", "loss", "gain", "loss"]
        assert builder._stem("opponent__gain__x") == "opponent__gain__x"  # another input, not `gain`

    def test_columns_that_do_not_vary_cost_no_corner(self):
        fixed = {f"c{n}": column(n) for n in range(30)}
        bottom, top = Many().bounds(fixed, fixed)
        assert bottom == top == sum(range(30))

    def test_missing_column_that_does_not_vary(self):
        bottom, top = Many().bounds({"a": column(np.nan)}, {"a": column(np.nan)})
        assert np.isnan([bottom[0], top[0]]).all()

    def test_too_many_undirected_inputs_are_refused(self):
        low = {f"c{n}": column(0) for n in range(11)}
        high = {f"c{n}": column(1) for n in range(11)}
        with pytest.raises(InputError, match=r"'many' has 11 inputs of unknown direction") as error:
            Many().bounds(low, high)
        assert "rises" in error.value.faults[0].remedy


class TestPerStake:
    def test_order_is_the_cases(self):
        columns = {"worth__b": column(1, 2), "other__a": column(9, 9), "worth__a": column(3, 4)}
        assert Builder.per_stake(columns, "worth").tolist() == [[1, 3], [2, 4]]

    def test_no_stake(self):
        assert Builder.per_stake({"other": column(1, 2, 3)}, "worth").shape == (3, 0)


class TestParameters:
    def test_as_scikit_learn_reads_and_sets_them(self):
        builder = Difference(scale=2.0)
        assert builder.get_params() == {"scale": 2.0}
        assert builder.set_params(scale=3.0) is builder
        assert builder.build({"gain": column(4), "loss": column(1)}) == 9

    def test_unknown_name(self):
        with pytest.raises(InputError, match="no parameter 'sclae'") as error:
            Difference().set_params(sclae=1)
        assert "did you mean 'scale'" in error.value.faults[0].remedy
