"""Score each side's negotiating leverage, additively, and explain every point down to its passage."""

from leverage.faults import Fault, InputError

__version__ = "0.1.0"

__all__ = ["Fault", "InputError", "__version__"]
