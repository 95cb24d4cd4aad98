"""Promoting a run's weights, and scoring with them by name."""

import hashlib
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from leverage.case import load_case
from leverage.cli import main
from leverage.faults import InputError
from leverage.lab import Store, log_case, run_experiment
from leverage.lab.registry import find_run, promote, registered_weights
from leverage.lab.runs import log_values, open_run
from leverage.model import ScoringModel, Weights

ROOT = Path(__file__).resolve().parents[2]
FIRST = Weights("first", "First weights", "direct", {"ground": 0.6, "will": 0.4}, "tests", "by hand")
SECOND = replace(FIRST, id="second", factors={"ground": 0.3, "will": 0.7})


@pytest.fixture
def log(loaded, store):
    def make(weights=FIRST, case=loaded):
        return log_case(case, weights=weights, policy="bounds", scenarios=["now"], flips=False, store=store)

    return make


def sha256(loaded, weights):
    text = ScoringModel(loaded.codebook, weights, "bounds").to_json()
    return hashlib.sha256(text.encode()).hexdigest()


def message(call, *arguments, **options):
    with pytest.raises(InputError) as caught:
        call(*arguments, **options)
    (fault,) = caught.value.faults
    return str(fault)


def test_an_experiment_scores_by_registered_weights_of_its_own_store(log, store, tmp_path, codebook):
    promote(log(SECOND), store=store)
    file = tmp_path / "project" / "experiment.yaml"
    file.write_text(
        "format: leverage/experiment/1\nkind: score-cases\nname: by-registry\ntitle: Which?\ncases: [tiny]\n"
        "weightings: [equal, 'models:/leverage@champion']\npolicies: [bounds]\nscenarios: [now]\n"
    )
    result = run_experiment(file, store=store, codebook=codebook)
    assert {cell.weighting for cell in result.cells} == {"equal", "leverage@champion"}
    metrics = store.client().get_run(result.run).data.metrics
    assert "largest_change.leverage-champion.bounds" in metrics


def test_a_promoted_run_is_a_version_with_the_alias(log, store, loaded):
    run = log()
    done = promote(run[:10], store=store)
    assert (done.name, done.version, done.alias, done.run) == ("leverage", "1", "champion", run)
    assert (done.made, done.moved) == (True, True)
    assert done.sha256 == sha256(loaded, FIRST)
    client = store.client()
    version = client.get_model_version_by_alias("leverage", "champion")
    assert version.run_id == run
    assert version.tags == {
        "leverage.weights": "first",
        "leverage.codebook.hash": loaded.codebook.hash,
        "leverage.model.sha256": done.sha256,
    }
    assert "--weights models:/leverage@champion" in str(done)


def test_the_same_model_again_changes_nothing(log, store):
    first, same = log(), log()
    made = promote(first, store=store)
    for run in (first, same):  # another run of the same weights is the same model
        again = promote(run, store=store)
        assert (again.version, again.made, again.moved) == (made.version, False, False)
        assert "nothing was changed" in str(again)
    assert len(store.client().search_model_versions("name = 'leverage'")) == 1


def test_the_alias_moves_and_moves_back(log, store):
    first, second = log(), log(SECOND)
    promote(first, store=store)
    assert promote(second, store=store).version == "2"
    back = promote(first, store=store)
    assert (back.version, back.made, back.moved) == ("1", False, True)
    assert "was promoted before as leverage, version 1" in str(back)
    other = promote(second, "other", "trial", store=store)
    assert (other.name, other.version, other.alias) == ("other", "1", "trial")


def test_weights_by_alias_version_and_id(log, store, loaded, monkeypatch):
    monkeypatch.setenv("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")
    promote(log(), store=store)
    run = log(SECOND)
    promote(run, store=store)
    (output,) = store.client().get_run(run).outputs.model_outputs
    digest = sha256(loaded, SECOND)
    for uri, called in {
        "models:/leverage@champion": "version 2 of leverage",
        "models:/leverage/2": "version 2 of leverage",
        f"models:/{output.model_id}": f"model {output.model_id}",
    }.items():
        found = registered_weights(uri, loaded.codebook, store)
        assert found.factors == SECOND.factors
        assert (found.id, found.author, found.reason) == ("second", "tests", "by hand")
        assert found.notes == (f"the model {uri} is {called}, SHA-256 {digest}",)
    assert registered_weights("models:/leverage/1", loaded.codebook, store).factors == FIRST.factors
    assert registered_weights("models:/leverage/1", loaded.codebook, store).title == (
        f"First weights (leverage 1, {sha256(loaded, FIRST)[:12]})"
    )


def test_a_title_names_one_model_however_often_it_was_promoted(log, store, loaded):
    promote(log(), store=store)
    again = registered_weights("models:/leverage@champion", loaded.codebook, store)
    promote(log(again), store=store)
    found = registered_weights("models:/leverage@champion", loaded.codebook, store)
    assert found.title.startswith("First weights (leverage 2, ")
    assert found.title.count("(") == 1
    assert len(found.notes) == 2  # where they came from is kept


@pytest.mark.parametrize(
    ("uri", "told"),
    [
        ("models:/leverage@chump", "no alias 'chump'\n    → its aliases are: champion (version 1)"),
        ("models:/leverage/7", "no version 7\n    → its versions are: 1"),
        ("models:/lever@champion", "the registry has no model 'lever'; it has leverage"),
        ("models:/m-0000", "there is no model m-0000"),
        ("models:/leverage", "names no model\n    → write models:/leverage@champion"),
        ("models:/", "names no model"),
        ("models:/leverage@a/b", "names no model"),
        ("models:/leverage/latest", "names no model"),
    ],
)
def test_names_that_lead_nowhere(log, store, loaded, uri, told):
    promote(log(), store=store)
    assert told in message(registered_weights, uri, loaded.codebook, store)


def test_a_store_that_is_not_there_is_not_made(tmp_path, loaded):
    store = Store.at(tmp_path / "empty")
    assert "there is no registry" in message(registered_weights, "models:/a@b", loaded.codebook, store)
    assert "there is no registry" in message(promote, "ab", store=store)
    assert not (tmp_path / "empty").exists()


def test_a_server_that_does_not_answer_is_a_fault_without_the_password(loaded, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://me:geheim@127.0.0.1:9")
    told = message(registered_weights, "models:/leverage@champion", loaded.codebook)
    assert "models:/leverage@champion cannot be read" in told
    assert "geheim" not in told


def test_a_model_of_another_codebook_is_refused_with_a_way_out(log, store):
    promote(log(), store=store)
    kursk = load_case(ROOT / "seeds" / "kursk-2025-01")
    told = message(registered_weights, "models:/leverage@champion", kursk.codebook, store)
    assert "was made for another codebook" in told
    assert kursk.codebook.hash[:12] in told
    assert "log and promote weights for these" in told


# --- what is not promoted ---------------------------------------------------------------------------


def test_runs_are_found_by_the_beginning_of_their_id(log, store):
    client = store.client()
    runs = [log(), log()]
    assert [find_run(client, run).info.run_id for run in runs] == runs
    assert find_run(client, runs[0][:12]).info.run_id == runs[0]
    for wrong in ("zz", "", "0' or '1'='1", "f" * 33):
        assert "there is no run" in message(find_run, client, wrong)


def test_several_runs_of_one_beginning_are_named(store, monkeypatch):
    from leverage.lab import registry

    client = store.client()
    experiment = store.experiment("any", client)
    runs = [client.create_run(experiment) for _ in range(2)]
    monkeypatch.setattr(registry, "find_runs", lambda *_: runs)
    assert "2 runs begin with 'aaaa'" in message(find_run, client, "aaaa")
    assert "there is no run 'aaa'" in message(find_run, client, "aaa")


@pytest.fixture
def run_of(store):
    def make(parent=None, params=None, tags=None, data=None):
        from mlflow.entities import Dataset, DatasetInput

        client = store.client()
        with open_run(client, store.experiment("any", client), "one", tags or {}, parent) as run:
            log_values(client, run, params=params or {})
            if data:
                client.log_inputs(run, [DatasetInput(Dataset(data, "1", "local", "{}"))])
        return run

    return make


def test_a_run_without_a_scoring_model_is_refused(run_of, store):
    told = message(promote, run_of(tags={"experiment.kind": "tune"}), store=store)
    assert "holds no scoring model, which is one of kind tune" in told
    assert "outcome models and tunings hold none" in told
    assert store.client().search_registered_models() == []


@pytest.mark.parametrize(
    "told",
    [
        {"tags": {"leverage.panel": "negotiations"}},
        {"params": {"panel": "negotiations"}},
        {"params": {"from": "negotiations"}},
        {"data": "negotiations"},
        {"data": "negotiations/camp-david"},
    ],
    ids=str,
)
def test_nothing_of_the_library_of_negotiations_is_promoted(run_of, store, told):
    for run in (run_of(**told), run_of(parent=run_of(**told))):
        said = message(promote, run, store=store)
        assert "cannot be promoted" in said
        assert "negotiations" in said
        assert "never tuned on that library" in said


def test_weights_drawn_from_a_case_of_the_library_are_refused(log, store):
    client, run = store.client(), log(replace(FIRST, scheme="critic"))
    assert promote(run, store=store).made
    from mlflow.entities import Dataset, DatasetInput

    source = json.dumps({"uri": "seeds/negotiations/camp-david/case.yaml"})
    client.log_inputs(run, [DatasetInput(Dataset("camp-david", "1", "local", source))])
    assert "drawn from a case of the library" in message(promote, run, store=store)


@pytest.mark.parametrize(
    ("option", "name"), [("--name", "a/b"), ("--name", ""), ("--alias", "v3"), ("--alias", "latest")]
)
def test_names_that_mlflow_cannot_take(log, store, option, name):
    told = message(promote, log(), store=store, **{option[2:]: name})
    assert f"{option} cannot be {name!r}" in told


# --- the commands -------------------------------------------------------------------------------------


@pytest.fixture
def call(store, monkeypatch, capsys):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store.tracking_uri)
    monkeypatch.setenv("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["leverage", *map(str, words)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code or 0
        return code, *capsys.readouterr()

    return run


def test_log_promote_and_score_from_end_to_end(call):
    kursk = ROOT / "seeds" / "kursk-2025-01"
    code, out, _ = call("lab", "log", kursk, "--scenario", "assessed", "--weights", "equal")
    assert code == 0
    run = out.split(" as run ")[1][:32]
    code, out, _ = call("lab", "promote", run)
    assert code == 0
    assert "leverage, version 1, which is champion now" in out
    digest = out.split("SHA-256 ")[1][:64]
    weights = ("--weights", "models:/leverage@champion", "--scenario", "assessed")
    stated = f"models:/leverage@champion is version 1 of leverage, SHA-256 {digest}"

    code, out, err = call("score", kursk, *weights)
    assert code == 0
    assert stated in err
    assert stated in " ".join(out.split())
    code, out, _ = call("score", kursk, *weights, "--format", "json")
    document = json.loads(out)
    assert document["model"]["notes"] == [f"the model {stated}"]
    _, out, _ = call("score", kursk, "--weights", "equal", "--scenario", "assessed", "--format", "json")
    assert [row["score"] for row in document["scores"]] == [row["score"] for row in json.loads(out)["scores"]]

    for words in (
        ("explain", kursk, *weights, "--actor", "russia", "--no-flips", "--format", "json"),
        ("report", kursk, *weights, "--format", "md"),
        ("lab", "log", kursk, *weights),
        ("compare", "case", "models:/leverage@champion", "--case", kursk, "--scenario", "assessed"),
        ("compare", "assessed", "aid-cut", "--case", kursk, "--weights", "models:/leverage@champion"),
    ):
        code, out, err = call(*words)
        assert (code, stated in err) == (0, True), (words, err)
        assert words[0] == "lab" or f"(leverage 1, {digest[:12]})" in " ".join(out.split()), words
    code, _, err = call("score", kursk, "--weights", "models:/leverage@nobody")
    assert code == 2
    assert "its aliases are: champion (version 1)" in err
