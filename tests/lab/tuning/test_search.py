"""The search: the same numbers whatever interrupts it, whoever shares it, wherever it is measured."""

import threading
import time

import optuna
import pytest

from leverage.faults import InputError
from leverage.lab import _owners
from leverage.lab.tuning import search as searching
from leverage.lab.tuning import space_of
from leverage.lab.tuning import study as studies
from leverage.lab.tuning import workers as working
from leverage.lab.tuning._sampler import STARTUP, place_of
from leverage.lab.tuning.objective import Measured, Plan
from leverage.lab.tuning.search import search
from leverage.lab.tuning.study import BEGUN
from leverage.lab.tuning.workers import workers

SPACE = space_of("disputes", "transparent")
TRIALS = STARTUP + 6  # some of them asked by TPE


def loss(settings):
    """A bowl with its bottom at ridges of 4 and 20 and a bend of 1."""
    bottom = {"ridge_whether": 4.0, "ridge_who": 20.0, "bend": 1.0}
    return 0.4 + sum((settings[name] / best - 1.0) ** 2 for name, best in bottom.items())


def measured(settings):
    found = loss(settings)
    return Measured({"log_loss": found}, [[found]], [[1]], time.time(), time.time(), 0.0)


def measure(batch):
    return (measured(settings) for settings in batch)


class Breaking:
    """Measures some trials, and is interrupted in the next."""

    def __init__(self, after):
        self.left = after

    def __call__(self, batch):
        for settings in batch:
            if not self.left:
                raise KeyboardInterrupt
            self.left -= 1
            yield measured(settings)


def run(study, batch, measure=measure, trials=TRIALS):
    search(study, measure, trials=trials, batch=batch, patience=3600.0)
    return [(trial.place, trial.settings, trial.measured.metrics["log_loss"]) for trial in study.finished()]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    from leverage.lab.tuning.storage import open_storage

    found = {}
    for batch in (1, 4):
        storage = open_storage(str(tmp_path_factory.mktemp("study") / "s.log"), "s", None)
        found[batch] = run(studies.Study(storage, "s", SPACE, {}, 0), batch)
    return found


def test_the_shipped_settings_come_first_and_the_search_gets_better(undisturbed):
    for trials in undisturbed.values():
        assert [place for place, *_ in trials] == list(range(TRIALS))
        assert trials[0][1] == SPACE.shipped
        drawn = [settings["ridge_who"] for _, settings, _ in trials]
        assert len(set(drawn)) == TRIALS
        for each in SPACE.dimensions:
            assert all(each.low <= settings[each.name] <= each.high for _, settings, _ in trials)


def test_a_batch_decides_what_is_asked_and_nothing_else(undisturbed, open_study):
    assert run(open_study(SPACE, "again"), 4) == undisturbed[4]
    # The trials at random do not depend on the batch; those by TPE do.
    assert undisturbed[1][:STARTUP] == undisturbed[4][:STARTUP]
    assert undisturbed[1] != undisturbed[4]
    assert run(open_study(SPACE, "seed", seed=1), 4)[1:3] != undisturbed[4][1:3]


def test_tpe_beats_the_random_trials(open_study):
    trials = run(open_study(SPACE), 1, trials=40)
    assert min(found for *_, found in trials[STARTUP:]) < min(found for *_, found in trials[1:STARTUP])


@pytest.mark.parametrize("batch", [1, 4])
@pytest.mark.parametrize("after", [0, 1, 3, 5, 13, TRIALS - 1])
def test_an_interrupted_search_ends_as_one_that_was_not(undisturbed, open_study, batch, after):
    study = open_study(SPACE)
    with pytest.raises(KeyboardInterrupt):
        run(study, batch, Breaking(after))
    assert study.counts()["complete"] == after  # what was finished is kept
    assert study.counts()["running"] == 0
    again = open_study(SPACE)
    assert run(again, batch) == undisturbed[batch]


def test_a_search_with_more_trials_goes_on(undisturbed, open_study):
    run(open_study(SPACE), 4, trials=8)
    assert run(open_study(SPACE), 4) == undisturbed[4]
    assert run(open_study(SPACE), 4, measure=None) == undisturbed[4]  # nothing is left to measure


# --- what a kill leaves behind ---------------------------------------------------------------


def leave(open_study, monkeypatch, asked, owner):
    """A study whose process is gone after it asked for a batch."""
    study = open_study(SPACE)
    monkeypatch.setattr(studies, "current_owner", lambda: owner)
    study.ask(TRIALS, asked)
    monkeypatch.undo()
    return open_study(SPACE)


HERE = _owners.current_owner().partition(":")[0]


def test_trials_of_a_dead_process_are_measured_again(undisturbed, open_study, monkeypatch):
    study = leave(open_study, monkeypatch, 4, f"{HERE}:{2**22 + 1}:long-ago")
    assert study.counts()["running"] == 4
    assert run(study, 4) == undisturbed[4]
    assert study.counts() == {"complete": TRIALS, "running": 0, "waiting": 0, "fail": 4}


def test_one_that_died_while_it_asked_leaves_no_gap(undisturbed, open_study, monkeypatch):
    study = leave(open_study, monkeypatch, 3, f"{HERE}:{2**22 + 1}:long-ago")
    half = study._optuna.ask({"bend": study._distributions["bend"]})
    monkeypatch.setattr(studies, "UNSIGNED", 0.0)
    assert half.number == 3
    assert run(study, 4) == undisturbed[4]


def test_a_living_process_keeps_its_trials(open_study, monkeypatch):
    study = leave(open_study, monkeypatch, 4, _owners.current_owner())
    assert study.take_over(0.0) == 0
    assert study.counts()["running"] == 4


def test_one_of_another_machine_is_waited_for(open_study, monkeypatch):
    study = leave(open_study, monkeypatch, 4, "elsewhere:1:long-ago")
    assert study.take_over(3600.0) == 0
    assert study.take_over(0.0) == 4


def test_who_comes_too_late_with_a_result_is_not_counted(open_study, monkeypatch):
    slow = open_study(SPACE)
    asked = slow.ask(TRIALS, 2)
    quick = open_study(SPACE)
    monkeypatch.setattr(studies, "is_dead", lambda owner: True)
    assert quick.take_over(3600.0) == 2
    run(quick, 2)
    for each in asked:
        slow.tell(each, measured(each.settings))
    slow.give_up()
    assert slow.counts() == {"complete": TRIALS, "running": 0, "waiting": 0, "fail": 2}


# --- sharing ---------------------------------------------------------------------------------


def test_two_at_one_study_do_each_trial_once(open_study, monkeypatch):
    monkeypatch.setattr(searching, "POLL", 0.02)
    monkeypatch.setattr(studies, "is_dead", lambda owner: False)
    done = {0: [], 1: []}

    def work(who):
        study = open_study(SPACE)

        def slowly(batch):
            for settings in batch:
                time.sleep(0.005)
                yield measured(settings)

        search(
            study, slowly, trials=TRIALS, batch=3, patience=3600.0,
            on_trial=lambda asked, _: done[who].append(asked.place),
        )  # fmt: skip

    open_study(SPACE)
    threads = [threading.Thread(target=work, args=(who,)) for who in done]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    found = open_study(SPACE).finished()
    assert len(found) == TRIALS
    assert sorted(done[0] + done[1]) == list(range(TRIALS))
    assert len({tuple(trial.settings.values()) for trial in found}) == TRIALS


def test_who_asks_for_one_too_many_drops_it(open_study, monkeypatch):
    study = open_study(SPACE)
    run(study, 1, trials=2)
    other = open_study(SPACE)
    monkeypatch.setattr(study, "counts", lambda: {"complete": 1, "running": 0, "waiting": 0, "fail": 0})
    assert study.ask(2, 4) == []  # the other was first
    assert other.counts() == {"complete": 2, "running": 0, "waiting": 0, "fail": 1}


def test_a_place_is_a_number_without_those_given_up():
    study = optuna.create_study()
    for state in ("COMPLETE", "FAIL", "COMPLETE", "RUNNING"):
        study.add_trial(
            optuna.trial.create_trial(
                state=optuna.trial.TrialState[state], value=1.0 if state == "COMPLETE" else None
            )
        )
    assert [place_of(study, number) for number in range(4)] == [0, 1, 1, 2]


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"scheme": "grouped", "data": {"a": "1"}}, "scheme 'grouped', not 'stratified'"),
        ({"scheme": "stratified", "data": {"a": "2", "b": "1"}}, "another data: a, b"),
    ],
)
def test_a_study_of_other_settings_is_refused(open_study, told, message):
    open_study(SPACE, config=told)
    with pytest.raises(InputError, match=message):
        open_study(SPACE, config={"scheme": "stratified", "data": {"a": "1"}})


def test_importances_need_trials_that_differ(open_study):
    study = open_study(SPACE)
    assert study.importances() == {}
    run(study, 4)
    found = study.importances()
    assert set(found) == set(SPACE.shipped)
    assert sum(found.values()) == pytest.approx(1.0)


# --- where trials are measured -----------------------------------------------------------------

PLAN = Plan("stratified", folds=3, repeats=1, seed=0)


@pytest.fixture(scope="module")
def sequential(disputes, tmp_path_factory):
    return backend_numbers(disputes, tmp_path_factory, 1, "loky")


def backend_numbers(panel, tmp_path_factory, jobs, backend, scheduler=None):
    from leverage.lab.tuning.storage import open_storage

    storage = open_storage(str(tmp_path_factory.mktemp(backend) / "s.log"), "s", None)
    study = studies.Study(storage, "s", SPACE, {}, 0)
    with workers(panel, "transparent", PLAN, jobs, backend, scheduler) as measure:
        search(study, measure, trials=12, batch=2, patience=3600.0)
    found = study.finished()
    assert [trial.batch for trial in found] == [place // 2 for place in range(12)]
    return [(trial.settings, trial.measured.metrics, trial.measured.fold_losses) for trial in found]


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_other_processes_and_threads_give_the_same_numbers(disputes, tmp_path_factory, sequential, backend):
    assert backend_numbers(disputes, tmp_path_factory, 2, backend) == sequential


def test_the_panel_goes_to_a_loky_worker_by_a_file_once(disputes):
    with working._loky(disputes, 2) as (run, file):
        working._read.cache_clear()
        assert working._read(file) is working._read(file)
        assert len(working._read(file)) == len(disputes)
        del run


@pytest.mark.parametrize("processes", [True, False], ids=["processes", "threads"])
def test_a_dask_cluster_gives_the_same_numbers(disputes, tmp_path_factory, sequential, processes):
    distributed = pytest.importorskip("distributed")
    size = (
        {"n_workers": 1, "threads_per_worker": 1} if processes else {"n_workers": 1, "threads_per_worker": 2}
    )
    with distributed.LocalCluster(processes=processes, dashboard_address="127.0.0.1:0", **size) as cluster:
        address = cluster.scheduler_address
        assert backend_numbers(disputes, tmp_path_factory, 2, "dask", address) == sequential


def test_a_dask_cluster_that_cannot_work_is_a_fault(disputes, monkeypatch):
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(working, "PATIENCE", 1)
    with pytest.raises(InputError, match="has no address"), workers(disputes, "x", PLAN, 2, "dask"):
        pass
    nowhere = "tcp://127.0.0.1:9"
    with (
        pytest.raises(InputError, match="no Dask scheduler at tcp"),
        workers(disputes, "x", PLAN, 2, "dask", nowhere),
    ):
        pass
    with distributed.LocalCluster(n_workers=0, processes=False, dashboard_address="127.0.0.1:0") as cluster:
        address = cluster.scheduler_address
        with (
            pytest.raises(InputError, match="has no workers"),
            workers(disputes, "x", PLAN, 2, "dask", address),
        ):
            pass


def test_each_trial_notes_who_measures_it(open_study):
    study = open_study(SPACE)
    (asked,) = study.ask(1, 1, run="abc")
    begun = study._trials()[asked.number].user_attrs[BEGUN]
    assert 0 <= time.time() - begun.pop("at") < 60
    assert begun == {"owner": _owners.current_owner(), "run": "abc", "batch": 0}
