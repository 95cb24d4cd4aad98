"""``leverage lab backtest``: the document, a holdout, the predictions, and faults without a traceback."""

import json

import pandas as pd
import pytest

from leverage.cli import main
from leverage.lab import backtests
from leverage.lab.baselines import BaseRates, Prevails, Transparent


@pytest.fixture
def run(monkeypatch, capsys):
    def quick(name):
        model = Transparent(ridges_whether=(4.0,), ridges_who=(30.0,))
        return [model if name == "disputes" else Prevails(ridges=(10.0,)), BaseRates()]

    monkeypatch.setattr(backtests, "contenders", quick)

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
    code, out, err = run(panel, "--data", world, "--repeats", 1, "--scheme", "grouped", "--format", "json")
    assert code == 0, err
    found = json.loads(out)
    model = found["models"]["transparent"]
    for name in ("prl", "auc_decided", "log_loss", "base_log_loss"):
        assert found[name] == model[name]
    assert {"brier", "calibration_error"} <= set(model)
    assert (found["scheme"], found["repeats"], found["seed"]) == ("grouped", 1, 0)
    assert all(len(digest) == 64 for digest in found["data"].values())
    assert "chosen by people who had looked" in found["caution"]


def test_every_contender_scores_a_holdout(world, tmp_path, disputes, crises):
    for name, panel in (("disputes", disputes), ("crises", crises)):
        ids = tmp_path / "ids.csv"
        ids.write_text("id\n" + "\n".join(map(str, sorted(set(panel.ids.tolist()))[:20])))
        result = backtests.run_backtest(name, world, ids)
        assert {"capability ratio", "year only", "random forest"} <= set(result.document.models)
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
    assert "transparent" in out
    assert "AUC, decided" in out


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ("999999\n", 2, "outside the sample"),
        ("id\nx\n", 1, "no number"),
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
    assert "no such file" in err
    assert run("disputes", "--data", world, "--format", "svg")[0] == 2
