"""Past negotiations: cases with what each side got, a second coding, agreement, and a backtest on them."""

from leverage.lab.negotiations.agreement import Agreement, PairedReading, agree, pair_readings
from leverage.lab.negotiations.backtest import NegotiationsResult, run_negotiations
from leverage.lab.negotiations.files import Outcome, SecondCoding
from leverage.lab.negotiations.listing import LibraryDocument, list_library
from leverage.lab.negotiations.loading import Library, Negotiation, load_library
from leverage.lab.negotiations.records import NegotiationsDocument

__all__ = [
    "Agreement",
    "Library",
    "LibraryDocument",
    "Negotiation",
    "NegotiationsDocument",
    "NegotiationsResult",
    "Outcome",
    "PairedReading",
    "SecondCoding",
    "agree",
    "list_library",
    "load_library",
    "pair_readings",
    "run_negotiations",
]
