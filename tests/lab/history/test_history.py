"""What history says of a case: bands of words, the row of an onset, answers, and why there is none."""

import datetime as dt
import re
from unittest import mock

import numpy as np
import pandas as pd
import pytest

from leverage.case import load_case
from leverage.cli import main
from leverage.faults import InputError
from leverage.lab.history import BANDS, HistoryDocument, answer, ask, fit_disputes, likelihood_words
from leverage.lab.history.answer import dispute_months, past_of
from leverage.lab.outcome.model import swapped
from leverage.lab.panels import DataFolder, dispute_panel
from leverage.lab.panels.disputes import SOUGHT, read_sample
from leverage.lab.panels.onsets import Onset, Side, onset_features

ACTORS = (
    "  - {id: union, name: The union, faces: [company]}",
    "  - {id: company, name: The company, faces: [union]}",
)
STATES = (
    "  - {id: union, name: The union, faces: [company], country: 2, seeks: [territory]}",
    "  - {id: company, name: The company, faces: [union], country: 200, seeks: []}",
)
EDITS = tuple(zip(ACTORS, STATES, strict=True))


def of_states(write_case, *edits, started="union"):
    ended = [] if started is None else [("missing:", f"started_by: {started}\nmissing:")]
    return load_case(write_case(*EDITS, *ended, *edits))


class TestWords:
    @pytest.mark.parametrize(
        ("percent", "words"),
        [
            (0, "almost no chance"), (1, "almost no chance"), (4, "almost no chance"), (5, "very unlikely"),
            (19, "very unlikely"), (20, "unlikely"), (44, "unlikely"), (45, "roughly even chance"),
            (50, "roughly even chance"), (55, "roughly even chance"), (56, "likely"), (80, "likely"),
            (81, "very likely"), (95, "very likely"), (96, "almost certain"), (100, "almost certain"),
        ],
    )  # fmt: skip
    def test_ends_of_the_bands(self, percent, words):
        assert likelihood_words(percent / 100) == words

    def test_number_and_words_agree_after_rounding(self):
        assert likelihood_words(0.1949) == "very unlikely"
        assert likelihood_words(0.1951) == "unlikely"

    def test_an_event_and_its_opposite_are_told_alike(self):
        pairs = {"almost no chance": "almost certain", "very unlikely": "very likely", "unlikely": "likely"}
        opposite = {**pairs, "roughly even chance": "roughly even chance"}
        for percent in range(46):
            assert likelihood_words(1 - percent / 100) == opposite[likelihood_words(percent / 100)]

    def test_the_bands_join(self):
        assert [(band.low, band.high) for band in BANDS] == [
            (1, 5), (5, 20), (20, 45), (45, 55), (55, 80), (80, 95), (95, 99),
        ]  # fmt: skip
        with pytest.raises(ValueError, match="is no probability"):
            likelihood_words(1.1)


class TestPast:
    def test_the_nearest_bin_by_hand(self):
        stated = np.repeat(np.arange(10) / 10 + 0.05, 20)
        happened = np.zeros(200, dtype=bool)
        happened[40:50] = True  # 10 of the 20 that were given .25
        past = past_of(0.22, stated, happened)
        assert (past.stated, past.observed, past.rows) == (pytest.approx(0.25), 0.5, 20)
        # Wilson, 10 of 20: .299 to .701
        assert (round(past.low, 3), round(past.high, 3)) == (0.299, 0.701)
        none = past_of(0.94, stated, happened)
        assert (none.observed, none.low) == (0.0, 0.0)
        assert round(none.high, 3) == 0.161


class TestOnsets:
    def test_a_dispute_of_the_data_gets_the_panels_own_row(self, world, disputes):
        sample, X = read_sample(DataFolder(world)), disputes.features()
        for k in (10, 90, 200):
            row = sample.iloc[k]
            sides = [
                Side(int(row[s]), tuple(aim for aim in SOUGHT.values() if row[f"{s}__seeks_{aim}"]))
                for s in "ab"
            ]
            onset = Onset(*sides, int(row["year"]), int(row["month"]), int(row["dispute"]))
            made = onset_features(DataFolder(world), onset)
            known = X.iloc[k].notna()
            assert list(made.table.columns) == list(X.columns)
            np.testing.assert_allclose(made.table.iloc[0][known], X.iloc[k][known], rtol=1e-12)

    def test_later_than_the_data_each_set_answers_with_its_last_year(self, world):
        onset = Onset(Side(2, ("territory",)), Side(200), 1990, 5)
        made = onset_features(DataFolder(world), onset)
        nmc = pd.read_csv(world / "cow_nmc.csv").set_index(["ccode", "year"])
        assert made.table["a__cinc"].item() == pytest.approx(nmc.loc[(2, 1974), "cinc"])
        assert made.years["cinc", "a"] == 1974
        assert made.years["major", "b"] == 1974
        assert made.years["allies", "pair"] == 1974
        last = int(pd.read_csv(world / "gml_dirdisp.csv")["year"].max())
        assert made.years["disputes", "world"] == last
        assert made.table["year"].item() == 1990
        assert made.table["a__seeks_territory"].item() == 1.0
        assert made.table["a__revisionist"].item() == 1.0
        assert np.isnan(made.table["b__seeks_territory"].item())
        assert "b__seeks_territory" in made.unknown

    def test_a_year_without_a_number_takes_the_one_before(self, world):
        nmc = pd.read_csv(world / "cow_nmc.csv")
        gap = nmc[(nmc["milex"] == -9) & (nmc["year"] > 1900)].iloc[0]
        other = 200 if gap["ccode"] != 200 else 2
        made = onset_features(
            DataFolder(world), Onset(Side(int(gap["ccode"])), Side(other), int(gap["year"]), 3)
        )
        assert made.years["milex_share", "a"] < gap["year"]
        assert made.years["pec_share", "a"] == gap["year"]

    @pytest.mark.parametrize(
        ("a", "b", "year", "problem"),
        [
            (2, 2, 1950, "both sides are state 2"),
            (2, 999, 1950, "the data know no state 999"),
            (2, 200, 1850, "the data know state 2 from 1895 to 1974, not in 1850"),
        ],
    )
    def test_states_that_cannot_be(self, world, a, b, year, problem):
        with pytest.raises(InputError, match=problem):
            onset_features(DataFolder(world), Onset(Side(a), Side(b), year, 1))


@pytest.fixture(scope="module")
def world_answer(world, disputes):
    """Answers from the small world, whose model is fitted once."""
    fitted = fit_disputes(disputes)

    def of(loaded, as_of=None):
        with mock.patch("leverage.lab.history.answer.fit_disputes", return_value=fitted):
            return answer(ask(loaded, world, as_of))

    return of


class TestAnswers:
    def test_who_started_it_is_stated(self, write_case, world, world_answer):
        found = world_answer(of_states(write_case))
        p = [one.probability for one in found.likelihoods]
        assert sum(p) == pytest.approx(1.0)
        assert [one.label for one in found.likelihoods] == [
            "The union prevails", "stalemate", "The company prevails",
        ]  # fmt: skip
        assert [one.words for one in found.likelihoods] == [likelihood_words(each) for each in p]
        assert [each.started_by for each in found.supposed] == ["union"]
        # The sentences' parts and the probabilities are of one model: p = σ(whether) σ(who).
        told = [re.search(r"Log-odds .*: ([+−][\d.]+)\.$", line) for line in found.supposed[0].sentences]
        whether, who = (float(each[1].replace("−", "-")) for each in told if each)
        assert p[0] == pytest.approx(1 / (1 + np.exp(-whether)) / (1 + np.exp(-who)), abs=0.01)
        assert HistoryDocument.model_validate_json(found.model_dump_json()) == found

        text = " ".join(found.to_text(200).split())
        assert "disputes learned from end in 19" in text
        assert "the year counts as 19" in text
        assert "To prevail: a victory, or the other side yields" in text
        assert "capabilities 1974" in text
        for form in (found.to_text(), found.to_markdown(), found.model_dump_json()):
            assert "score" not in form.lower().replace("polity score", "")  # the name of a data set's column

    def test_it_is_not_stated_both_are_given_and_their_mean(self, write_case, world_answer):
        both = world_answer(of_states(write_case, started=None))
        assert [each.started_by for each in both.supposed] == ["union", "company"]
        for one in both.likelihoods:
            each = [supposed.probabilities[one.outcome] for supposed in both.supposed]
            assert one.probability == pytest.approx(np.mean(each))
        assert "The case does not say who started it" in both.to_text()
        single = world_answer(of_states(write_case))
        assert single.supposed[0] == both.supposed[0]
        assert both.supposed[0].probabilities != both.supposed[1].probabilities

    def test_the_order_of_the_actors_changes_nothing(self, write_case, world_answer):
        one = world_answer(of_states(write_case, started="company"))
        other = load_case(
            write_case(
                (ACTORS[0], STATES[1]), (ACTORS[1], STATES[0]), ("missing:", "started_by: company\nmissing:")
            )
        )
        answers = [one, world_answer(other)]
        p, q = ([each.probability for each in d.likelihoods] for d in answers)
        assert p == pytest.approx(q[::-1])
        # The past of the one who started it is that of side A, whichever place it has in the case.
        past, again = ([each.past for each in d.likelihoods] for d in answers)
        assert past == again[::-1]
        assert past[0] != past[2]

    def test_without_a_starter_each_past_dispute_counts_once(self, write_case, world_answer):
        unknown = world_answer(of_states(write_case, started=None)).likelihoods[1].past
        known = world_answer(of_states(write_case, started="union")).likelihoods[1].past
        assert abs(unknown.rows - known.rows) <= 1

    def test_the_year_is_not_carried_beyond_the_data(self, write_case, world_answer):
        near, far = (
            world_answer(of_states(write_case), dt.date(year, 6, 1)).likelihoods for year in (1976, 2030)
        )
        assert near == far

    def test_what_nobody_knows_is_told(self, write_case, world_answer):
        unknown = world_answer(of_states(write_case, (", seeks: [territory]}", "}")))
        assert "seeking territory, The union" in unknown.unknown
        assert "Not known, and counted as typical" in unknown.to_text()

    def test_the_date_may_be_another(self, write_case, world, world_answer):
        found = world_answer(of_states(write_case), dt.date(1950, 6, 1))
        assert found.as_of == dt.date(1950, 6, 1)
        assert any("some are later than the case" in told for told in found.cautions)

    def test_length_of_disputes_by_hand(self, world, disputes):
        median, long = dispute_months(DataFolder(world), disputes)
        table = pd.read_csv(world / "gml_dirdisp.csv")
        table = table[(table["sidea1"] == 1) & table["dispnum"].isin(disputes.ids)].groupby("dispnum")
        months = (
            12 * (table["year"].max() - table["year"].min())
            + table["endmon"].first()
            - table["stmon"].first()
        )
        assert (median, long) == ((months + 1).median(), (months + 1).quantile(0.9))


class TestWhyNot:
    def problems(self, loaded, data):
        with pytest.raises(InputError) as caught:
            ask(loaded, data)
        return [fault.problem for fault in caught.value.faults]

    def test_no_countries_and_no_data(self, write_case):
        found = self.problems(load_case(write_case()), None)
        assert found == [
            "history cannot be asked: The union has no country code",
            "history cannot be asked: The company has no country code",
            "no research data are named",
        ]

    def test_the_same_country_and_no_folder(self, write_case, tmp_path):
        same = of_states(write_case, ("country: 200", "country: 2"))
        assert self.problems(same, tmp_path / "none") == [
            "The company has the country code 2, as another actor has",
            f"there is no folder {str(tmp_path / 'none')!r}",
        ]

    def test_a_state_that_the_data_do_not_know_has_its_place(self, write_case, world):
        loaded = of_states(write_case, ("country: 200", "country: 777"))
        with pytest.raises(InputError) as caught:
            ask(loaded, world)
        (fault,) = caught.value.faults
        assert fault.problem == "the data know no state 777"
        assert fault.line == 9

    def test_three_actors(self, write_case, world):
        third = "\n  - {id: mayor, name: The mayor, faces: [union], country: 20}"
        loaded = load_case(
            write_case(
                (ACTORS[0], STATES[0]),
                (ACTORS[1], STATES[1] + third),
                ("missing:", "opponents: mean\nmissing:"),
            )
        )
        assert self.problems(loaded, world) == [
            "history knows disputes of two states; the case has The union, The company, The mayor"
        ]


class TestKeys:
    @pytest.mark.parametrize(
        ("edit", "problem"),
        [
            (
                ("country: 2,", "country: 1,"),
                "`country`: input should be greater than or equal to 2; it is 1",
            ),
            (
                ("country: 200", "country: 991"),
                "`country`: input should be less than or equal to 990; it is 991",
            ),
            (("country: 2,", 'country: "2",'), "`country`"),
            (("[territory]", "[land]"), "`"),
            (("started_by: union", "started_by: unoin"), "there is no actor 'unoin'"),
        ],
    )
    def test_wrong_values(self, write_case, edit, problem):
        with pytest.raises(InputError) as caught:
            of_states(write_case, edit)
        assert any(fault.problem.startswith(problem) for fault in caught.value.faults), caught.value

    def test_they_move_no_score(self, write_case):
        from leverage.builders import feature_table
        from leverage.model import case_weights, score_table

        scores = [
            score_table(feature_table(each), case_weights(each))
            for each in (load_case(write_case()), of_states(write_case))
        ]
        np.testing.assert_array_equal(scores[0].low, scores[1].low)
        np.testing.assert_array_equal(scores[0].high, scores[1].high)


def call(monkeypatch, capsys, *arguments):
    monkeypatch.setattr("sys.argv", ["leverage", *map(str, arguments)])
    code = 0
    try:
        main()
    except SystemExit as stop:
        code = stop.code or 0
    return code, *capsys.readouterr()


def test_the_command(write_case, world, monkeypatch, capsys):
    of_states(write_case)
    folder = write_case(*EDITS)
    code, out, _ = call(monkeypatch, capsys, "lab", "history", folder, "--data", world, "--format", "json")
    assert code == 0
    found = HistoryDocument.model_validate_json(out)
    assert found == answer(ask(load_case(folder), world))
    code, _, err = call(monkeypatch, capsys, "lab", "history", folder, "--data", world, "--as-of", "soon")
    assert (code, "write --as-of YYYY-MM-DD" in err) == (2, True)


def test_the_command_says_why_not(harbour, monkeypatch, capsys):
    code, out, err = call(monkeypatch, capsys, "lab", "history", harbour.folder)
    assert (code, out) == (1, "")
    assert "Haven Terminals has no country code" in err
    assert "no research data are named" in err


def test_no_word_of_likelihood_stands_beside_a_score(kursk, monkeypatch, capsys):
    for command in ("score", "explain"):
        _, out, _ = call(monkeypatch, capsys, command, kursk.folder, "--scenario", "assessed")
        assert out
        assert not [band.words for band in BANDS if re.search(rf"\b{band.words}\b", out.lower())]


def test_kursk_is_answered_from_the_research_data(kursk, research_data):
    found = answer(ask(kursk, research_data))
    assert sum(one.probability for one in found.likelihoods) == pytest.approx(1.0)
    assert found.likelihoods[1].probability > 0.5  # stalemates are the rule after 1945
    assert found.model.calibration_error < 0.05


def test_sides_may_be_exchanged(world):
    panel = dispute_panel(world)
    row = onset_features(DataFolder(world), Onset(Side(2, ("policy",)), Side(200, ()), 1960, 4)).table
    back = onset_features(DataFolder(world), Onset(Side(200, ()), Side(2, ("policy",)), 1960, 4)).table
    pd.testing.assert_frame_equal(swapped(row).assign(initiator=1.0), back)
    assert list(row.columns) == panel.columns
