"""History's answer to a question: the outcome model, fitted to all past disputes, asked for one pair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from leverage.faults import and_list
from leverage.lab.baselines import Transparent
from leverage.lab.history.document import (
    FittedModel,
    HistoryActor,
    HistoryDocument,
    KnownYear,
    Likelihood,
    Outcome,
    Past,
    Supposed,
)
from leverage.lab.history.question import Question
from leverage.lab.history.words import likelihood_words
from leverage.lab.metrics import calibration_error, reliability, wilson
from leverage.lab.outcome import OutcomeModel
from leverage.lab.outcome.sentences import outcome_sentences
from leverage.lab.panels import Panel, dispute_panel
from leverage.lab.panels.disputes import FACTORS
from leverage.lab.panels.history import read_episodes
from leverage.lab.panels.onsets import OnsetRow, onset_features
from leverage.lab.panels.sources import DataFolder
from leverage.lab.validation import Task, backtest

Array = NDArray[np.float64]
OUTCOMES: tuple[Outcome, ...] = ("first prevails", "stalemate", "second prevails")
FOLDS = 10
TERMS = (
    "A dispute: one state threatens, displays or uses force against another (Militarized Interstate "
    "Disputes).",
    "To prevail: a victory, or the other side yields, as historians coded it. A stalemate settled nothing. "
    "Disputes that ended in a compromise, or unclearly, are not among those learned from.",
)
KNOWN: Mapping[str, tuple[str, ...]] = {
    "capabilities": ("cinc", "milex_share", "pec_share", "upop_share", "development", "trend"),
    "Polity": ("polity2",),
    "leaders": ("tenure",),
    "major powers": ("major",),
    "borders": ("contiguity",),
    "distance": ("distance",),
    "rivalries": ("rival",),
    "defence pacts": ("allies",),
    "disputes": ("disputes",),
}
"""What each group of columns is called, whose last known year is told."""


class Fitted(NamedTuple):
    """The model fitted to all known rows, and its probabilities of each of them out of fold."""

    model: OutcomeModel
    panel: Panel
    out_of_fold: Array
    outcome: NDArray[np.int64]
    seed: int


def fit_disputes(panel: Panel, seed: int = 0) -> Fitted:
    """Fit the outcome model to every dispute of the panel whose outcome is known.

    Penalties are chosen by folds that keep pairs of states whole. Each dispute is then predicted by a
    model of these penalties that was fitted without its fold, to see what a stated probability was worth.
    """
    known = np.flatnonzero(panel.known)
    task = Task(panel, known, np.array([], dtype=np.intp), seed, grouped=True)
    model = Transparent().tuned(task, task.table())
    same = Transparent(ridges_whether=(model.ridge_whether,), ridges_who=(model.ridge_who,))
    tested = backtest(panel, [same], "grouped", folds=FOLDS, repeats=1, seed=seed)
    return Fitted(model, panel, tested.probabilities[same.name][0], tested.outcome, seed)


def answer(question: Question, seed: int = 0) -> HistoryDocument:
    """What past disputes say of a case.

    Parameters
    ----------
    question : Question
        From `ask`.
    seed : int
        For the folds.

    Returns
    -------
    HistoryDocument

    Raises
    ------
    InputError
        Data that are missing or wrong.
    """
    fitted = fit_disputes(dispute_panel(question.data.path), seed)
    row = onset_features(question.data, question.onset)
    years = fitted.panel.year[fitted.panel.known]
    first, last = int(years.min()), int(years.max())
    table = row.table.assign(year=row.table["year"].clip(first, last))
    supposed = _suppose(fitted, question, table)
    case = question.loaded.case
    return HistoryDocument(
        case=case.id,
        title=case.title,
        as_of=question.as_of,
        actors=[
            HistoryActor(
                id=a.id, name=a.name, country=a.country or 0, seeks=None if a.seeks is None else [*a.seeks]
            )
            for a in question.actors
        ],
        started_by=case.started_by,
        likelihoods=_likelihoods(fitted, question, supposed),
        supposed=supposed,
        known=_known(row),
        unknown=_unknown(fitted.model, row, question),
        terms=list(TERMS),
        cautions=_cautions(question, fitted, (first, last)),
        model=FittedModel(
            rows=int(fitted.panel.known.sum()),
            first_year=first,
            last_year=last,
            ridge_whether=fitted.model.ridge_whether,
            ridge_who=fitted.model.ridge_who,
            calibration_error=calibration_error(fitted.out_of_fold, fitted.outcome),
            seed=seed,
        ),
        data={source.name: source.sha256 for source in fitted.panel.sources},
    )


def _suppose(fitted: Fitted, question: Question, table: pd.DataFrame) -> list[Supposed]:
    stated = question.loaded.case.started_by
    found = []
    for actor, sign in zip(question.actors, (1.0, -1.0), strict=True):
        if stated not in (None, actor.id):
            continue
        own = table.assign(initiator=sign)
        p = fitted.model.predict_proba(own)[0]
        sentences = outcome_sentences(fitted.model, own, fitted.panel.factors, question.names)
        probabilities = dict(zip(OUTCOMES, p.tolist(), strict=True))
        found.append(
            Supposed(started_by=actor.id, name=actor.name, probabilities=probabilities, sentences=sentences)
        )
    return found


def _likelihoods(fitted: Fitted, question: Question, supposed: Sequence[Supposed]) -> list[Likelihood]:
    first, second = question.names
    labels = (f"{first} prevails", "stalemate", f"{second} prevails")
    found = []
    for k, (outcome, label) in enumerate(zip(OUTCOMES, labels, strict=True)):
        p = float(np.mean([each.probabilities[outcome] for each in supposed]))
        past = past_of(p, *_past_rows(fitted, question, supposed, k), len(supposed))
        found.append(
            Likelihood(outcome=outcome, label=label, probability=p, words=likelihood_words(p), past=past)
        )
    return found


def _past_rows(
    fitted: Fitted, question: Question, supposed: Sequence[Supposed], outcome: int
) -> tuple[Array, NDArray[np.bool_]]:
    """What was stated of an outcome of past disputes, and whether it happened, for each supposition.

    In the data side A is the side that started it. Where the case's second actor did, its first stands
    where side B stood.
    """
    columns = [outcome if each.started_by == question.actors[0].id else 2 - outcome for each in supposed]
    stated = np.concatenate([fitted.out_of_fold[:, k] for k in columns])
    return stated, np.concatenate([fitted.outcome == k for k in columns])


def past_of(probability: float, stated: Array, happened: NDArray[np.bool_], times: int = 1) -> Past:
    """The bin of past disputes whose mean stated probability is nearest.

    Parameters
    ----------
    probability : float
    stated : ndarray of shape (rows,)
        Probabilities of rows by models that had not seen them.
    happened : ndarray of bool, shape (rows,)
    times : int
        How often each dispute is among the rows; the interval counts it once.
    """
    table = reliability(stated, happened)
    one = table.iloc[int((table["stated"] - probability).abs().argmin())]
    rows, share = int(one["rows"]) // times, float(one["observed"])
    low, high = wilson(rows * share, rows)
    return Past(stated=float(one["stated"]), observed=share, low=low, high=high, rows=rows)


def _known(row: OnsetRow) -> list[KnownYear]:
    found = []
    for what, columns in KNOWN.items():
        years = [year for (name, _), year in row.years.items() if name in columns]
        if years:
            found.append(KnownYear(what=what, year=min(years)))
    return found


def _unknown(model: OutcomeModel, row: OnsetRow, question: Question) -> list[str]:
    """Titles of what the model reads and the row lacks, each with the side it is of."""
    read = {column for term in (*model.whether, *model.who) for column in term.columns}
    of = dict(zip(("a__", "b__"), question.names, strict=True))
    titles = {column: factor.title for factor in FACTORS for column in factor.columns}
    return [
        titles[column] + (f", {of[column[:3]]}" if column[:3] in of else "")
        for column in row.unknown
        if column in read
    ]


def _cautions(question: Question, fitted: Fitted, span: tuple[int, int]) -> list[str]:
    first, last = span
    year = question.as_of.year
    told = []
    if year > last:
        told.append(
            f"The disputes learned from end in {last}, {year - last} years before the case. The curve of the "
            f"year is not carried on: the year counts as {last}. Whatever changed since is not in it."
        )
    elif year < first:
        told.append(f"The disputes learned from begin in {first}: the year counts as {first}.")
    else:
        told.append(f"The disputes learned from reach to {last}, so some are later than the case.")
    told.append(
        "The figures of the past come from folds drawn over all years. Predicted from earlier years alone, "
        "the surest predictions of a win came true less often than stated."
    )
    median, long = dispute_months(question.data, fitted.panel)
    told.append(
        f"Half of the disputes learned from lasted {_months(median)} or less, and one in ten "
        f"{_months(long)} or more. A war of years lies beyond most of them."
    )
    told.append(
        "Each of them had one state on each side. Help from third states enters as defence pacts alone, and "
        "nothing that articles report enters at all."
    )
    aims = [actor.name for actor in question.actors if actor.seeks is not None]
    if aims:
        told.append(
            f"The aims of {and_list(aims)} are the case's reading. In the data they were coded by historians "
            "who knew the end, and they weigh much."
        )
    told.append(
        "The model's terms were chosen by people who had looked at these disputes. It tells how disputes "
        "end, not on which terms talks do."
    )
    return told


def dispute_months(data: DataFolder, panel: Panel) -> tuple[float, float]:
    """Median and ninth decile of the length of the panel's disputes, in months begun."""
    episodes = read_episodes(data)
    own = episodes[episodes["dispute"].isin(panel.ids[panel.known])]
    months = own["end"] - own["start"] + 1
    return float(months.median()), float(months.quantile(0.9))


def _months(months: float) -> str:
    whole = round(months)
    return f"{whole} month{'' if whole == 1 else 's'}"
