"""``leverage lab backtest``: the document, a holdout, the predictions, and faults without a traceback."""

import json

import numpy as np
import pandas as pd
import pytest

from leverage.cli import main
from leverage.lab import backtests
from leverage.lab.backtests import calibration_table, contenders, find_gains, running, tuning_of
from leverage.lab.baselines import BaseRates, Prevails, Transparent
from leverage.lab.panels import dispute_panel
from leverage.lab.validation import Backtest, backtest, score_holdout

FAST = Transparent(ridges_whether=(4.0,), ridges_who=(30.0,))


@pytest.fixture
def run(monkeypatch, capsys):
    def quick(name, *, full=False):
        return [FAST if name == "disputes" else Prevails(ridges=(10.0,)), BaseRates()]

    monkeypatch.setattr(running, "contenders", quick)

    def call(*arguments):
        monkeypatch.setattr("sys.argv", ["leverage", "lab", "backtest", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as leave:
            code = leave.code or 0
        return code, *capsys.readouterr()

    return call


@pytest.mark.parametrize("panel", ["disputes", "crises"])
def test_the_document(run, world, panel):
    code, out, err = run(panel, "--data", world, "--repeats", 1, "--format", "json")
    assert code == 0, err
    found = json.loads(out)
    model = found["models"]["transparent"]
    for name in ("prl", "auc_decided", "log_loss", "base_log_loss"):
        assert found[name] == model[name]
    assert {"brier", "calibration_error"} <= set(model)
    default = "stratified" if panel == "disputes" else "grouped"
    assert (found["scheme"], found["repeats"], found["seed"]) == (default, 1, 0)
    assert all(len(digest) == 64 for digest in found["data"].values())
    assert "chosen by people who had looked" in found["caution"]
    assert (found["n"], found["skipped"]) == (found["measured"], [])
    rival = found["differences"]["base rates"]
    assert rival["prl"]["low"] < rival["prl"]["estimate"] < rival["prl"]["high"]
    assert rival["prl"]["estimate"] == pytest.approx(
        model["prl"] - found["models"]["base rates"]["prl"], abs=0.02
    )
    assert len(found["calibration"]) == (30 if panel == "disputes" else 10)
    assert found["gains"]["groups"][0]["group"] == "the year"
    if panel == "disputes":
        assert model["prl_whether"] + model["prl_who"] == pytest.approx(model["prl"])


def test_every_contender_scores_a_holdout(world, tmp_path, disputes, crises):
    for name, panel in (("disputes", disputes), ("crises", crises)):
        ids = tmp_path / "ids.csv"
        ids.write_text("id\n" + "\n".join(map(str, sorted(set(panel.ids.tolist()))[:20])))
        result = backtests.run_backtest(name, world, ids)
        assert {"capability ratio", "year only", "random forest"} <= set(result.document.models)
        keys = ["id", "actor"] if name == "crises" else ["id"]
        assert list(result.predictions)[: len(keys)] == keys
        assert not result.predictions.duplicated(keys).any()
        assert result.document.prl is not None


@pytest.mark.parametrize("absent", [False, True])
def test_a_holdout_with_and_without_outcomes(run, write_world, tmp_path, disputes, absent):
    held = disputes.ids[:30].tolist()

    def change(table):
        if absent:
            table.loc[table["dispnum"].isin(held), "outcome"] = -9
        return table

    write_world(tmp_path, change=change)
    (tmp_path / "ids.csv").write_text("dispnum\n" + "\n".join(map(str, held)))
    names = ("--holdout", tmp_path / "ids.csv", "--predictions", tmp_path / "p.csv", "--format", "json")
    code, out, err = run("disputes", "--data", tmp_path, *names)
    assert code == 0, err
    found, table = json.loads(out), pd.read_csv(tmp_path / "p.csv")
    assert found["n"] == 30
    assert (found["prl"] is None) == absent
    assert sorted(table["id"]) == sorted(held)
    assert table["outcome"].isna().all() == absent
    assert table[["A prevails", "stalemate", "B prevails"]].sum(axis=1).to_numpy() == pytest.approx(1)


def test_a_table_for_people(run, world):
    code, out, _ = run("disputes", "--data", world, "--scheme", "time")
    assert code == 0
    for part in (
        "transparent",
        "less each rival",
        "Calibration",
        "Where the gain comes from",
        "Each row's terms join",
    ):
        assert part in out
    assert out.index("chosen by people who had looked") < out.index("transparent")


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ("999999\n", 2, "only numbers outside the sample"),
        ("id\nx\n7\ny\n", 1, ":4: 'y' is no number"),
        ("", 1, "no numbers"),
        (None, 2, "cannot be read"),
    ],
)
def test_wrong_ids(run, world, tmp_path, text, code, told):
    path = tmp_path / "ids.csv"
    if text is not None:
        path.write_text(text)
    found, _, err = run("disputes", "--data", world, "--holdout", path)
    assert (found, told in err, "Traceback" in err) == (code, True, False)


def test_wrong_folder_or_form(run, world, tmp_path):
    code, _, err = run("disputes", "--data", tmp_path / "nowhere")
    assert code == 1
    assert "the folder of the research data is not there" in err
    assert run("disputes", "--data", world, "--format", "svg")[0] == 2


def test_data_are_asked_for(run):
    code, _, err = run("disputes")
    assert (code, "--data DIR" in err) == (2, True)


def test_numbers_outside_the_sample_are_skipped_and_told(run, world, tmp_path, disputes):
    (tmp_path / "ids.csv").write_text("\n".join(map(str, [*disputes.ids[:20], 25, 999_999])))
    assert 25 not in disputes.ids  # three states fought it
    code, out, err = run("disputes", "--data", world, "--holdout", tmp_path / "ids.csv", "--format", "json")
    assert code == 0
    assert json.loads(out)["skipped"] == [25, 999_999]
    assert err == "skipped, outside the sample: 25, 999999\n"
    code, out, _ = run("disputes", "--data", world, "--holdout", tmp_path / "ids.csv")
    assert "outside the sample, hidden from training all the same: 25, 999999" in out.replace("\n", " ")


def test_no_outcome_of_a_held_out_dispute_moves_a_prediction(write_world, tmp_path, disputes):
    """Neither of one in the sample nor of one outside it, whose outcome histories would know."""
    held = [*disputes.ids[40:80].tolist(), 25, 50, 75, 100]
    rng = np.random.default_rng(1)

    def change(table):
        hit = table["dispnum"].isin(held)
        table.loc[hit, "outcome"] = rng.choice([1, 2, 5], int(hit.sum()))
        return table

    found = []
    for name, edit in (("as-is", None), ("changed", change)):
        (tmp_path / name).mkdir()
        write_world(tmp_path / name, change=edit)
        panel = dispute_panel(tmp_path / name, held)
        found.append(score_holdout(panel, [FAST, contenders("disputes")[-2]]))
    assert set(found[0]) == {"transparent", "boosted trees"}
    for key in found[0]:
        np.testing.assert_array_equal(found[0][key], found[1][key])
    full = dispute_panel(tmp_path / "as-is"), dispute_panel(tmp_path / "changed")
    assert not full[0].features().equals(full[1].features())


def test_shuffled_outcomes_cannot_be_foretold(write_world, tmp_path):
    def change(table):
        first = table[table["midonset"] == 1].drop_duplicates("dispnum").set_index("dispnum")["outcome"]
        shuffled = pd.Series(np.random.default_rng(5).permutation(first.to_numpy()), first.index)
        return table.assign(outcome=table["dispnum"].map(shuffled))

    write_world(tmp_path, change=change)
    table = backtest(dispute_panel(tmp_path), [FAST, contenders("disputes")[-2]], folds=5, repeats=1).table()
    assert (table["prl"] < 0.01).all()
    assert (np.abs(table["auc_decided"] - 0.5) < 0.1).all()


def test_a_full_backtest_tunes_every_rival_that_has_settings():
    for name in ("disputes", "crises"):
        first, *rest = contenders(name)
        assert (first.name, tuning_of(first)) == ("transparent", "nested")
        fixed = {each.name for each in rest if tuning_of(each) == "fixed"}
        assert {"boosted trees", "random forest"} <= fixed
        full = {each.name: tuning_of(each) for each in contenders(name, full=True)}
        assert {full[each] for each in fixed} == {"nested"}
        unchosen = ["all terms, none chosen"] if name == "disputes" else []
        assert list(full) == [first.name, *(each.name for each in rest), *unchosen]


def test_gains_add_up_to_all_terms_and_each_group_can_be_left_out(disputes, crises):
    for panel, count in ((disputes, 7), (crises, 8)):
        gains = find_gains(panel, "stratified", folds=3, repeats=1)
        assert len(gains.groups) == count
        assert [g.group for g in gains.groups][:2] == ["the year", "own capability"]
        assert gains.groups[-1].prl_added == pytest.approx(gains.prl, abs=1e-12)
        assert gains.groups[-2].prl_added == pytest.approx(gains.groups[-1].prl_without, abs=1e-12)
        assert any(abs(g.prl_without - gains.prl) > 1e-4 for g in gains.groups)


def test_calibration_by_hand():
    p = np.repeat([0.2, 0.8], 10)
    outcome = np.array([0] * 2 + [1] * 8 + [0] * 9 + [1])
    rows = np.arange(20)
    result = Backtest(
        "crises", "grouped", rows, outcome, rows, np.full((1, 20, 2), 0.5),
        {"transparent": np.column_stack([p, 1 - p])[None]},
    )  # fmt: skip
    bins = calibration_table(result, "transparent", ("prevails", "is defeated"))
    # Two probabilities, so two bins: 2 of 10 prevailed, and 9 of 10.
    assert [b.rows for b in bins] == [10, 10]
    assert {b.outcome for b in bins} == {"prevails"}
    assert [b.stated for b in bins] == pytest.approx([0.2, 0.8])
    assert [b.observed for b in bins] == pytest.approx([0.2, 0.9])


def test_an_actor_whose_outcome_is_not_told_does_not_hide_that_of_another(write_world, tmp_path, crises):
    crisis = next(number for number in crises.ids.tolist() if (crises.ids == number).sum() == 2)
    actors = crises.actors[crises.ids == crisis].tolist()
    write_world(tmp_path)
    table = pd.read_csv(tmp_path / "icb2v14.csv")
    hit = (table["crisno"] == crisis) & (table["cracid"] == actors[0])
    expected = table.loc[(table["crisno"] == crisis) & (table["cracid"] == actors[1]), "outcom"].item()
    table["outcom"] = table["outcom"].astype(float).where(~hit)
    table.to_csv(tmp_path / "icb2v14.csv", index=False)
    (tmp_path / "ids.csv").write_text(f"{crisis}\n")
    document, rows = backtests.run_backtest("crises", tmp_path, tmp_path / "ids.csv")
    assert (document.n, document.measured) == (2, 1)
    told = rows.set_index("actor")["outcome"]
    assert told[actors[0]] == ""
    assert told[actors[1]] == ("prevails" if expected == 1 else "is defeated")


def test_coalitions_are_predicted_from_the_sample_alone(run, world, tmp_path, write_world):
    code, out, err = run("disputes", "--data", world, "--coalitions", "--format", "json")
    assert code == 0, err
    found = json.loads(out)
    outside = set(dispute_panel(world, coalitions=True).ids.tolist()) - set(dispute_panel(world).ids.tolist())
    assert (found["scheme"], found["n"], found["measured"]) == ("coalitions", len(outside), len(outside))

    def turned(table):
        hit = table["dispnum"].isin(outside)
        return table.assign(outcome=table["outcome"].mask(hit, table["outcome"].map({1: 2, 2: 5, 5: 1})))

    predicted = []
    for name, change in (("as-is", None), ("turned", turned)):
        (tmp_path / name).mkdir()
        write_world(tmp_path / name, change=change)
        file = tmp_path / f"{name}.csv"
        assert run("disputes", "--data", tmp_path / name, "--coalitions", "--predictions", file)[0] == 0
        predicted.append(pd.read_csv(file))
    assert not predicted[0]["outcome"].equals(predicted[1]["outcome"])
    pd.testing.assert_frame_equal(predicted[0].drop(columns="outcome"), predicted[1].drop(columns="outcome"))


def test_the_year_of_capabilities_moves_the_predictions(run, world, tmp_path):
    files = [tmp_path / f"{year}.csv" for year in ("onset", "before")]
    for file in files:
        options = ("--repeats", 1, "--capabilities", file.stem, "--predictions", file)
        assert run("disputes", "--data", world, *options)[0] == 0
    first, second = (pd.read_csv(file) for file in files)
    assert first["id"].equals(second["id"])
    assert not np.allclose(first["A prevails"], second["A prevails"])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("crises", "--coalitions"), "--coalitions is for disputes alone"),
        (("crises", "--capabilities", "before"), "--capabilities is for disputes alone"),
        (("disputes", "--coalitions", "--scheme", "time"), "--scheme does not go with --coalitions"),
        (("negotiations", "--full"), "--full is not for negotiations"),
        (("disputes", "--holdout", "x.csv", "--scheme", "time"), "--scheme does not go with --holdout"),
    ],
)
def test_options_that_do_not_go_together(run, world, words, told):
    code, _, err = run(*words, "--data", world)
    assert code == 2
    assert told in err


def test_a_state_that_is_twice_in_a_crisis_keeps_both_outcomes(run, tmp_path, write_world):
    """The second entry of the state of a crisis' first row was defeated where the first had won."""
    write_world(tmp_path)
    table = pd.read_csv(tmp_path / "icb2v14.csv")
    first = table.iloc[0]
    again = table.iloc[[0]].assign(cracno=9999, outcom=4)
    pd.concat([table.assign(outcom=table["outcom"].mask(table.index == 0, 1)), again]).to_csv(
        tmp_path / "icb2v14.csv", index=False
    )
    ids, file = tmp_path / "ids.csv", tmp_path / "p.csv"
    ids.write_text(f"{first['crisno']}\n")
    code, _, err = run("crises", "--data", tmp_path, "--holdout", ids, "--predictions", file)
    assert code == 0, err
    told = pd.read_csv(file)
    own = told[told["actor"] == first["cracid"]].set_index("cracno")["outcome"]
    assert own.to_dict() == {first["cracno"]: "prevails", 9999: "is defeated"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("17.5\n3\n", "'17.5' is no number"),
        ("10;11\n3\n", "'10;11' is no number"),
        ("year,other\n1950,3\n", "none of its 2 columns is named"),
        ("1,3\n", "none of its 2 columns is named"),
        ('"10\n11\n', "cannot be read as CSV"),
    ],
)
def test_a_holdout_is_never_half_read(run, world, tmp_path, text, told):
    file = tmp_path / "ids.csv"
    file.write_text(text)
    code, _, err = run("disputes", "--data", world, "--holdout", file)
    assert code in (1, 2)
    assert told in err


def test_one_file_for_two_results_is_refused(run, world, tmp_path):
    file = tmp_path / "one.csv"
    code, _, err = run("disputes", "--data", world, "--predictions", file, "-o", file)
    assert code == 2
    assert "give each a file of its own" in err
    assert not file.exists()


def broken(write_world, folder, name, change):
    write_world(folder)
    file = folder / f"{name}.csv"
    change(pd.read_csv(file, dtype=str)).to_csv(file, index=False)
    return folder


def put(column, value):
    return lambda table: table.assign(**{column: table[column].mask(table.index == 3, value)})


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("gml_dirdisp", put("year", "MCMX"), "csv:5: `year` is 'MCMX'"),
        ("gml_dirdisp", put("year", None), "csv:5: `year` is blank"),
        ("cow_nmc", put("ccode", "USA"), "csv:5: `ccode` is 'USA'"),
        ("archigos", put("startdate", "31/12/1900"), "csv:5: `startdate` is '31/12/1900'"),
        ("gml_dirdisp", lambda table: pd.concat([table, table.head(2)]), "and 1 more"),
        ("gml_dirdisp", lambda table: table.head(0), "there are no rows"),
    ],
)
def test_faulty_data_are_told_by_file_and_line(run, write_world, tmp_path, name, change, told):
    code, _, err = run("disputes", "--data", broken(write_world, tmp_path, name, change), "--repeats", 1)
    assert code == 1
    assert told in err


def test_packed_data_that_are_cut_off_are_a_fault(run, write_world, tmp_path):
    import gzip

    write_world(tmp_path)
    whole = gzip.compress((tmp_path / "cow_nmc.csv").read_bytes())
    (tmp_path / "cow_nmc.csv.gz").write_bytes(whole[: len(whole) // 2])
    code, _, err = run("disputes", "--data", tmp_path)
    assert (code, "no whole gzip" in err) == (1, True)
    code, _, err = run("disputes", "--data", tmp_path / "nowhere")
    assert (code, err.count("the folder of the research data is not there")) == (1, 1)


def test_a_crisis_without_a_year_is_a_fault_where_it_is_used(run, write_world, tmp_path):
    write_world(tmp_path)
    table = pd.read_csv(tmp_path / "icb2v14.csv")
    used = int(np.flatnonzero(table["outcom"] == 1)[0])
    unused = int(np.flatnonzero(table["outcom"] == 2)[0])
    for row, code in ((used, 1), (unused, 0)):
        table.assign(yrtrig=table["yrtrig"].mask(table.index == row)).to_csv(
            tmp_path / "icb2v14.csv", index=False
        )
        found, _, err = run("crises", "--data", tmp_path, "--repeats", 1)
        assert (found, f"csv:{row + 2}: `yrtrig` is blank" in err) == (code, code == 1)
