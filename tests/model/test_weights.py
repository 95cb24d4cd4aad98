"""Weights files of every scheme: what they come to by hand, and what is wrong with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leverage.builders import feature_table
from leverage.case import load_case
from leverage.codebook import load_codebook
from leverage.faults import InputError
from leverage.model import case_weights, equal_weights, find_weights, load_weights
from leverage.model.weights import data_weights

HEAD = """\
format: leverage/weights/1
id: mine
title: My weights
author: tester
reason: To test them.
codebook: "{hash}"
"""
DIRECT = "scheme: direct\nfactors: {ally_backing: 0.1, domestic_support: 0.2, "
DIRECT += "territory_held: 0.3, time_remaining: 0.4}\n"
SCHEMES = "direct, equal, roc, swing, ahp, learned (entropy and critic come from data, by option)"
AHP = """\
scheme: ahp
comparisons:
  - {factor: territory_held, over: time_remaining, ratio: 2}
  - {factor: territory_held, over: domestic_support, ratio: 4}
  - {factor: territory_held, over: ally_backing, ratio: 4}
  - {factor: time_remaining, over: domestic_support, ratio: 2}
  - {factor: time_remaining, over: ally_backing, ratio: 2}
  - {factor: domestic_support, over: ally_backing, ratio: 1}
"""
NAMES = ("ally_backing", "domestic_support", "territory_held", "time_remaining")
KNOWN = ", ".join(NAMES)


@pytest.fixture(scope="module")
def codebook():
    return load_codebook()


@pytest.fixture
def read(tmp_path, codebook):
    """Weights from the text of a scheme below the usual head."""

    def weights(scheme, *edits):
        text = HEAD.format(hash=codebook.hash[:12]) + scheme
        for old, new in edits:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        (tmp_path / "weights.yaml").write_text(text, encoding="utf-8")
        return load_weights(tmp_path / "weights.yaml", codebook)

    return weights


@pytest.fixture
def faults_in(read, told):
    def faults(scheme, *edits):
        with pytest.raises(InputError) as caught:
            read(scheme, *edits)
        return [line.removeprefix("weights.yaml:") for line in told(caught.value.faults)]

    return faults


class TestSchemes:
    def test_direct(self, read):
        weights = read(DIRECT)
        assert dict(weights.factors) == dict(zip(NAMES, (0.1, 0.2, 0.3, 0.4), strict=True))
        assert (weights.id, weights.scheme, weights.author) == ("mine", "direct", "tester")

    def test_equal(self, read):
        assert dict(read(f"scheme: equal\nnames: [{KNOWN}]\n").factors) == dict.fromkeys(NAMES, 0.25)

    def test_rank_order_centroid_with_ties(self, read):
        weights = read(
            "scheme: roc\nranking: [territory_held, [time_remaining, ally_backing], domestic_support]\n"
        )
        # 1/4 (1 + 1/2 + 1/3 + 1/4) = .5208; places 2 and 3 are .2708 and .1458; the last is 1/16.
        assert weights.factors["territory_held"] == pytest.approx(25 / 48)
        assert weights.factors["time_remaining"] == pytest.approx((13 / 48 + 7 / 48) / 2)
        assert weights.factors["ally_backing"] == weights.factors["time_remaining"]
        assert weights.factors["domestic_support"] == pytest.approx(1 / 16)

    def test_swing(self, read):
        points = "{territory_held: 100, time_remaining: 50, domestic_support: 50, ally_backing: 0}"
        weights = read(f"scheme: swing\npoints: {points}\n")
        assert dict(weights.factors) == {
            "territory_held": 0.5,
            "time_remaining": 0.25,
            "domestic_support": 0.25,
            "ally_backing": 0.0,
        }

    def test_ahp_says_how_consistent_it_is(self, read):
        weights = read(AHP)
        assert weights.factors == pytest.approx(
            {"territory_held": 0.5, "time_remaining": 0.25, "domestic_support": 0.125, "ally_backing": 0.125}
        )
        assert weights.notes == ("consistency ratio 0.000, consistent",)

    def test_ahp_that_contradicts_itself(self, read):
        (note,) = read(
            AHP,
            (
                "time_remaining, over: ally_backing, ratio: 2",
                "time_remaining, over: ally_backing, ratio: 0.125",
            ),
        ).notes
        assert note.endswith(", above 0.10: look at the comparisons again")
        assert float(note.split()[2].rstrip(",")) > 0.1

    def test_from_data(self, harbour):
        table = feature_table(harbour)
        for scheme in ("entropy", "critic"):
            weights = data_weights(scheme, table)
            assert sum(weights.factors.values()) == pytest.approx(1)
            rows = (~table.missing.any(axis=1)).sum()
            assert weights.notes == (
                f"from {rows} of {len(table.rows)} rows of the feature table, those without missing factors",
            )

    def test_from_too_little_data(self, write_case):
        with pytest.raises(InputError) as caught:
            find_weights("entropy", load_case(write_case()))
        (fault,) = caught.value.faults
        assert fault.problem == "entropy needs two rows without missing factors"

    def test_over_the_leaves_they_sum_to_one(self, codebook, read):
        assert read(DIRECT).over(codebook.leaves) == pytest.approx([0.1, 0.2, 0.3, 0.4])


class TestFaults:
    @pytest.mark.parametrize(
        ("edit", "expected"),
        [
            (
                ("ally_backing: 0.1", "ally_backing: 0.3"),
                "8:1: the weights sum to 1.2, not 1 → in the same proportions: ally_backing: 0.25, "
                "domestic_support: 0.1667, territory_held: 0.25, time_remaining: 0.3333",
            ),
            (
                ("time_remaining: 0.4}", "time_remaining: 0.4, public_opinion: 0}"),
                f"8:95: there is no factor 'public_opinion' → use one of: {KNOWN}",
            ),
            (
                ("ally_backing: 0.1, domestic_support: 0.2", "domestic_support: 0.3"),
                "8:1: the weights leave out ally_backing → "
                "weigh every factor of the case (0 where it should not count), or name the case's `factors`",
            ),
            (
                ("ally_backing: 0.1", "ally_backing: -0.1"),
                "8:11: `ally_backing`: input should be greater than or equal to 0; it is -0.1 → "
                "see docs/case-format.md",
            ),
            (
                ("scheme: direct", "scheme: guess"),
                f"7:1: `scheme` is 'guess' → write one of: {SCHEMES}",
            ),
            (
                ("scheme: direct", "scheme: [direct]"),
                f"7:1: `scheme` is ['direct'] → write one of: {SCHEMES}",
            ),
            (
                ("scheme: direct\n", ""),
                f"1:1: `scheme` is None → write one of: {SCHEMES}",
            ),
            (
                ("author: tester\n", ""),
                "1:1: `author` is missing → add `author: …` (whose judgement the weights are)",
            ),
            (("title:", "titel:"), "1:1: `title` is missing → add `title: …`"),
        ],
    )
    def test_direct(self, faults_in, edit, expected):
        assert faults_in(DIRECT, edit)[0] == expected

    def test_a_typo_in_a_factor(self, faults_in):
        assert faults_in(DIRECT, ("territory_held", "teritory_held")) == [
            "8:1: the weights leave out territory_held → "
            "weigh every factor of the case (0 where it should not count), or name the case's `factors`",
            f"8:53: there is no factor 'teritory_held' → did you mean 'territory_held'? Known: {KNOWN}",
        ]

    def test_no_weight_at_all(self, faults_in):
        zero = "scheme: direct\nfactors: {" + ", ".join(f"{name}: 0" for name in NAMES) + "}\n"
        assert faults_in(zero) == ["8:1: the weights sum to 0, not 1 → give at least one a weight"]

    def test_another_codebook(self, faults_in, codebook):
        assert faults_in(DIRECT, (codebook.hash[:12], "0123456789ab")) == [
            "6:1: the weights were made for another codebook (0123456789ab…) → a scale, value function or "
            "builder has changed since: look at the weights again, then write "
            f'`codebook: "{codebook.hash[:12]}"`'
        ]

    def test_a_hash_without_quotation_marks_may_be_a_number(self, faults_in, codebook):
        assert faults_in(DIRECT, (f'"{codebook.hash[:12]}"', "012345678901")) == [
            '6:1: `codebook` is 12345678901, not a text → put it in quotation marks: `codebook: "…"`'
        ]

    def test_all_at_once(self, faults_in, codebook):
        edits = [
            ("reason: To test them.\n", ""),
            (codebook.hash[:12], "0123456789ab"),
            ("ally_backing: 0.1", "allies: 0.5"),
        ]
        assert [line.split(": ")[0] for line in faults_in(DIRECT, *edits)] == [
            "1:1",
            "5:1",
            "7:1",
            "7:1",
            "7:11",
        ]

    @pytest.mark.parametrize(
        ("scheme", "expected"),
        [
            (
                f"scheme: equal\nnames: [{KNOWN}, ally_backing]\n",
                "8:1: names are doubled: ally_backing → name each factor once",
            ),
            (
                "scheme: roc\nranking: [[], territory_held, time_remaining, "
                "[ally_backing, domestic_support]]\n",
                "8:1: a tie in the ranking holds no names → remove the empty tie",
            ),
            (
                "scheme: roc\nranking: [territory_held, tim_remaining, [ally_backing, domestic_suport]]\n",
                f"8:27: there is no factor 'tim_remaining' → did you mean 'time_remaining'? Known: {KNOWN}",
            ),
            (
                "scheme: swing\npoints: {territory_held: 120, time_remaining: 1, "
                "ally_backing: 1, domestic_support: 1}\n",
                "8:1: swing points are not numbers from 0 to 100: territory_held: 120.0 → write one for each",
            ),
            (
                "scheme: swing\npoints: {territory_held: 0, time_remaining: 0, "
                "ally_backing: 0, domestic_support: 0}\n",
                "8:1: no factor has swing points above 0: territory_held, time_remaining, ally_backing, "
                "domestic_support → give the best swing 100",
            ),
            (
                AHP.replace("ratio: 1}", "ratio: 12}"),
                "8:1: the ratio of 'domestic_support' to 'ally_backing' is 12.0 → "
                "write a number from 1/9 to 9; 1 where both count the same",
            ),
            (
                AHP.replace("  - {factor: domestic_support, over: ally_backing, ratio: 1}\n", ""),
                "8:1: pairs are not compared: domestic_support and ally_backing → add each once",
            ),
            (
                AHP.replace("ratio: 1}", "ratio: two}"),
                "14:52: `ratio`: input should be a valid number; it is 'two' → Saaty's scale, from 1/9 to 9",
            ),
        ],
    )
    def test_other_schemes(self, faults_in, scheme, expected):
        assert expected in faults_in(scheme)

    @given(
        parts=st.lists(st.integers(0, 999), min_size=4, max_size=4).filter(
            lambda parts: 1000 != sum(parts) > 0
        )
    )
    def test_the_remedy_is_in_order(self, parts, tmp_path_factory, codebook):
        path = tmp_path_factory.mktemp("w") / "weights.yaml"

        def write(told):
            path.write_text(
                HEAD.format(hash=codebook.hash) + f"scheme: direct\nfactors: {{{told}}}\n", encoding="utf-8"
            )
            return load_weights(path, codebook)

        with pytest.raises(InputError) as caught:
            write(", ".join(f"{name}: {part / 1000}" for name, part in zip(NAMES, parts, strict=True)))
        remedy = caught.value.faults[0].remedy.removeprefix("in the same proportions: ")
        found = write(remedy).factors
        assert list(found.values()) == pytest.approx([part / sum(parts) for part in parts], abs=3e-4)


class TestFinding:
    def test_a_case_without_weights_has_equal_ones(self, write_case):
        loaded = load_case(write_case())
        assert case_weights(loaded) == equal_weights(loaded.codebook)

    @pytest.mark.parametrize(
        ("name", "problem", "remedy"),
        [
            (
                "weigths.yaml",
                "there is no weights file 'weigths.yaml'",
                "check the name, or take `weights` out for equal weights",
            ),
            (
                "../weights.yaml",
                "'../weights.yaml' lies outside the case's folder",
                "put the weights file beside case.yaml",
            ),
            ('"a\\0b"', "'a\\x00b' lies outside the case's folder", "put the weights file beside case.yaml"),
            (".", "there is no weights file '.'", "check the name, or take `weights` out for equal weights"),
        ],
    )
    def test_a_file_that_is_not_there(self, write_case, told, name, problem, remedy):
        loaded = load_case(write_case(("missing:", f"weights: {name}\nmissing:")))
        with pytest.raises(InputError) as caught:
            case_weights(loaded)
        assert told(caught.value.faults) == [f"case.yaml:19:1: {problem} → {remedy}"]

    def test_weights_of_a_case_of_few_factors(self, write_case):
        few = "factors: [domestic_support, territory_held]\nmissing:"
        loaded = load_case(write_case(("missing:", few)))
        assert dict(find_weights("equal", loaded).factors) == {"domestic_support": 0.5, "territory_held": 0.5}

    @pytest.mark.parametrize("name", ["guess", "a" * 5000, "no/such/weights.yaml"])
    def test_a_choice_that_is_none(self, write_case, name):
        with pytest.raises(InputError) as caught:
            find_weights(name, load_case(write_case()))
        (fault,) = caught.value.faults
        assert (fault.file, fault.problem) == ("leverage", f"there are no weights {name!r}")
        assert (
            fault.remedy
            == "write case, equal, entropy, critic, learned:disputes or the path of a weights file"
        )
