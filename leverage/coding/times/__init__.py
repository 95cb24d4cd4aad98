"""Time."""

from leverage.coding.times.finding import find_times

__all__ = ["find_times"]
