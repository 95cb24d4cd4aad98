"""Running a definition: checked as a whole, then logged below one parent run, which a kill cannot lose."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from leverage import __version__
from leverage.codebook import Codebook
from leverage.lab.definitions import Definition
from leverage.lab.experiments.definition import ExperimentResult, Place, Plan, key_of
from leverage.lab.experiments.kinds import KINDS
from leverage.lab.experiments.reading import read_document, validated
from leverage.lab.experiments.session import Session
from leverage.lab.provenance import git_tags
from leverage.lab.runs import find_unfinished, log_values, open_run, open_store
from leverage.lab.store import Store


def run_experiment(
    path: Path | str,
    *,
    store: Store | None = None,
    codebook: Codebook | None = None,
    data: Path | None = None,
    on_step: Callable[[str], None] | None = None,
) -> ExperimentResult:
    """Run an experiment's definition and log it: one parent run, and the runs of its parts below it.

    Everything is read and checked before the first run is made. An experiment of the same definition
    and the same inputs that was interrupted is continued: what it had finished is kept.

    Parameters
    ----------
    path : Path or str
        The definition.
    store : Store, optional
        `Store.find` where not given.
    codebook : Codebook, optional
        The project's own where not given.
    data : Path, optional
        A folder of research data, in the place of the definition's ``data``.
    on_step : callable, optional
        Called with a few words before each step.

    Returns
    -------
    ExperimentResult

    Raises
    ------
    InputError
        The definition or something that it names is wrong, or the store cannot be used.
    """
    path = Path(path)
    document = read_document(path)
    definition = validated(document)
    store = store or Store.find()
    plan = KINDS[definition.kind].plan(definition, Place(document, path.parent, store, codebook, data))
    client = open_store(store)
    experiment = store.experiment(definition.name, client)
    key = key_of(definition, plan.content)
    tags = {"experiment.kind": definition.kind, "leverage.version": __version__, **git_tags(path.parent)}
    steps = on_step or _silent
    own = {**tags, "experiment.title": definition.title, "mlflow.note.content": _note(definition)}
    with ExitStack() as opened:
        with store.locked():  # so that of two processes one continues the run and the other begins anew
            found = find_unfinished(client, experiment, key)
            run = opened.enter_context(
                open_run(client, experiment, definition.name, own, resume=found, key=key)
            )
        session = Session(client, experiment, run, tags, steps)
        if found:
            steps(f"continuing run {run}")
            session.look_back()
        _log_definition(session, plan, path)
        return plan.run(session)


def _silent(step: str) -> None:
    del step


def _note(definition: Definition) -> str:
    return "\n\n".join(filter(None, (definition.title, definition.about)))


def _log_definition(session: Session, plan: Plan, path: Path) -> None:
    log_values(session.client, session.run, params=plan.params)
    with session.files(session.run) as folder:
        text = path.read_text(encoding="utf-8-sig")
        (folder / f"experiment{path.suffix}").write_text(text, encoding="utf-8", newline="\n")
