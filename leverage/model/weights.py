"""Weights by factor name: read from a weights file, made by a scheme, spread over the leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from leverage.builders import FeatureTable, feature_table
from leverage.case import LoadedCase, MissingPolicy
from leverage.codebook import Codebook, Leaf
from leverage.documents import Document, is_file, path_within
from leverage.faults import Fault, InputError, call_error, name_list, suggest_name
from leverage.model import schemes
from leverage.model.learned import LEARNED, find_learned, learned_faults, learned_notes
from leverage.model.weight_files import (
    KINDS,
    SECTION,
    AhpFile,
    DirectFile,
    EqualFile,
    LearnedBasis,
    LearnedFile,
    RankFile,
    SwingFile,
    WeightsHead,
    named_factors,
    rounded_shares,
)

Array = NDArray[np.float64]
TOLERANCE = 1e-9
NAMED_WEIGHTS = ("case", "equal", "entropy", "critic")
HASH_DIGITS = 12


@dataclass(frozen=True)
class Weights:
    """Non-negative weights by factor name that sum to one, and where they come from.

    Attributes
    ----------
    id, title : str
    scheme : str
        direct, equal, roc, swing, ahp, learned, entropy or critic.
    factors : mapping of str to float
    author, reason : str
        Weights are judgements: whose, and why; empty for those that a rule made.
    notes : tuple of str
        What a reader should know, such as a consistency ratio.
    warning : str
        What must stand beside every score under them; empty for none.
    learned : LearnedBasis or None
        What learned weights rest on.
    """

    id: str
    title: str
    scheme: str
    factors: Mapping[str, float]
    author: str = ""
    reason: str = ""
    notes: tuple[str, ...] = field(default=())
    warning: str = ""
    learned: LearnedBasis | None = None

    def over(self, leaves: Sequence[Leaf]) -> Array:
        """The weight of each leaf: its factor's weight times its share, shape (leaves,)."""
        return np.array([self.factors[leaf.factor] * leaf.share for leaf in leaves])


_STAND_INS = {"format": "leverage/weights/1", "id": "-", "title": "-", "author": "-", "reason": "-"}


def equal_weights(codebook: Codebook) -> Weights:
    """The same weight for every factor of a codebook."""
    return Weights("equal", "Equal weights", "equal", schemes.equal(codebook.names))


def case_weights(loaded: LoadedCase) -> Weights:
    """The weights that a case names, or equal ones where it names none."""
    if loaded.case.weights is None:
        return equal_weights(loaded.codebook)
    path = path_within(loaded.folder, loaded.case.weights)
    if path is None:
        problem = f"{loaded.case.weights!r} lies outside the case's folder"
        raise InputError(
            [loaded.document.fault(("weights",), problem, "put the weights file beside case.yaml")]
        )
    if not is_file(path):
        problem = f"there is no weights file {loaded.case.weights!r}"
        remedy = "check the name, or take `weights` out for equal weights"
        raise InputError([loaded.document.fault(("weights",), problem, remedy)])
    return load_weights(path, loaded.codebook)


def load_weights(path: Path, codebook: Codebook) -> Weights:
    """Read a weights file and hold it against a codebook.

    Raises
    ------
    InputError
        Faults of the file; a factor that is unknown or missing; weights that do not sum to one;
        a codebook other than the one the weights were made for.
    """
    return read_weights(Document.load(path), codebook)


def read_weights(document: Document, codebook: Codebook) -> Weights:
    """The weights of a document that was read already; see `load_weights`."""
    scheme = document.data.get("scheme") if isinstance(document.data, dict) else None
    if isinstance(document.data, dict) and str(scheme) not in KINDS:
        remedy = f"write one of: {name_list(KINDS)} (entropy and critic come from data, by option)"
        raise InputError([document.fault(("scheme",), f"`scheme` is {scheme!r}", remedy)])
    stand_ins = {**_STAND_INS, "codebook": codebook.hash}
    file, faults = document.validate_sound(KINDS.get(str(scheme), DirectFile), stand_ins)
    if file is None:
        raise InputError(faults)
    return _checked(file, str(scheme), document, codebook, faults)


def _checked(
    file: WeightsHead, scheme: str, document: Document, codebook: Codebook, faults: list[Fault]
) -> Weights:
    section = SECTION[scheme]
    named = named_factors(file)
    for loc, name in named:
        if name not in codebook.names:
            remedy = suggest_name(name, codebook.names)
            faults.append(document.fault((section, *loc), f"there is no factor {name!r}", remedy))
    missing = [name for name in codebook.names if name not in {name for _, name in named}]
    if missing:
        problem = f"the weights leave out {name_list(missing)}"
        faults.append(
            document.fault(
                (section,),
                problem,
                "weigh every factor of the case (0 where it should not count), or name the case's `factors`",
            )
        )
    if not codebook.hash.startswith(file.codebook):
        problem = f"the weights were made for another codebook ({file.codebook[:HASH_DIGITS]}…)"
        remedy = (
            "a scale, value function or builder has changed since: look at the weights again, then write "
            f'`codebook: "{codebook.hash[:HASH_DIGITS]}"`'
        )
        if document.name.startswith(LEARNED):
            remedy = (
                "the case's codebook is not the project's own: make a file for its factors with "
                "`leverage lab learn disputes`, and name that"
            )
        faults.append(document.fault(("codebook",), problem, remedy))
    if isinstance(file, LearnedFile):
        faults += [document.fault(*problem) for problem in learned_faults(file)]
    if isinstance(file, DirectFile | LearnedFile):
        total = sum(file.factors.values())
        if abs(total - 1.0) > TOLERANCE:
            told = [f"{name}: {value:g}" for name, value in rounded_shares(file.factors).items()]
            remedy = f"in the same proportions: {', '.join(told)}" if told else "give at least one a weight"
            faults.append(document.fault((section,), f"the weights sum to {total:.6g}, not 1", remedy))
    if faults:
        raise InputError(faults)
    try:
        factors, notes = _weigh(file)
    except InputError as error:
        raise InputError([document.fault((section,), f.problem, f.remedy) for f in error.faults]) from None
    made = Weights(file.id, file.title, scheme, factors, file.author, file.reason, notes)
    return (
        replace(made, warning=file.warning, learned=file.basis()) if isinstance(file, LearnedFile) else made
    )


def _weigh(file: WeightsHead) -> tuple[dict[str, float], tuple[str, ...]]:
    if isinstance(file, DirectFile):
        return dict(file.factors), ()
    if isinstance(file, EqualFile):
        return schemes.equal(file.names), ()
    if isinstance(file, RankFile):
        return schemes.rank_order_centroid([p if isinstance(p, str) else tuple(p) for p in file.ranking]), ()
    if isinstance(file, SwingFile):
        return schemes.swing(file.points), ()
    if isinstance(file, LearnedFile):
        return dict(file.factors), learned_notes(file.basis(), file.factors)
    if not isinstance(file, AhpFile):
        raise AssertionError(f"no scheme for {type(file).__name__}")
    names = list(dict.fromkeys(name for _, name in named_factors(file)))
    result = schemes.ahp(names, [(c.factor, c.over, c.ratio) for c in file.comparisons])
    verdict = "consistent" if result.is_consistent else "above 0.10: look at the comparisons again"
    return dict(result.weights), (f"consistency ratio {result.consistency_ratio:.3f}, {verdict}",)


def data_weights(scheme: Literal["entropy", "critic"], table: FeatureTable) -> Weights:
    """Weights from how factors vary over the rows of a feature table, by entropy or CRITIC.

    Rows with a missing leaf are left out, and said to be. A composite factor's value is the weighted
    mean of its indicators'.
    """
    shares = np.array(
        [[leaf.share * (leaf.factor == name) for leaf in table.leaves] for name in table.codebook.names]
    )
    whole: NDArray[np.bool_] = ~np.any(table.missing, axis=1)
    if whole.sum() < 2:
        raise call_error(
            f"{scheme} needs two rows without missing factors", "code more, or use another scheme"
        )
    values = table.v[whole] @ shares.T
    rule = schemes.entropy if scheme == "entropy" else schemes.critic
    notes = (f"from {whole.sum()} of {len(whole)} rows of the feature table, those without missing factors",)
    return Weights(scheme, f"Weights by {scheme}", scheme, rule(values, table.codebook.names), notes=notes)


def is_named(choice: str) -> bool:
    """Whether an option names weights by a word, not by a file: see `find_weights`."""
    return choice in NAMED_WEIGHTS or choice.startswith(LEARNED)


def find_weights(choice: str, loaded: LoadedCase, missing: MissingPolicy | None = None) -> Weights:
    """The weights that an option names.

    Parameters
    ----------
    choice : str
        ``case``, ``equal``, ``entropy``, ``critic``, ``learned:NAME`` or the path of a weights file.
    loaded : LoadedCase
    missing : str, optional
        The policy of the feature table that entropy and critic are computed from.
    """
    if choice == "case":
        return case_weights(loaded)
    if choice == "equal":
        return equal_weights(loaded.codebook)
    if choice in ("entropy", "critic"):
        return data_weights(
            "entropy" if choice == "entropy" else "critic", feature_table(loaded, missing=missing)
        )
    if choice.startswith(LEARNED):
        return read_weights(Document.load(find_learned(choice), choice), loaded.codebook)
    if not is_file(Path(choice)):
        remedy = "write case, equal, entropy, critic, learned:disputes or the path of a weights file"
        raise call_error(f"there are no weights {choice!r}", remedy)
    return load_weights(Path(choice), loaded.codebook)
