"""The base of every model that is read from a file, and lists that report their faulty items."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PrivateAttr,
    Strict,
    ValidationError,
    WrapValidator,
)
from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ValidationInfo, ValidatorFunctionWrapHandler

Loc = tuple[str | int, ...]
ItemT = TypeVar("ItemT")


class Item(BaseModel):
    """Base of every model that is read from a file: frozen, no unknown keys, no inf or nan."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, str_strip_whitespace=True)
    _index: int = PrivateAttr(default=-1)

    @property
    def index(self) -> int:
        """Position among its siblings in the file, -1 for an item that was not read from one."""
        return self._index


class Record(BaseModel):
    """Base of every result that is written as JSON and may be read back: frozen, no unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(slots=True)
class Collector:
    """Gathers the faults of list items, so that the sound items can still be checked together."""

    prefix: list[str | int] = field(default_factory=list)
    errors: list[tuple[Loc, ErrorDetails]] = field(default_factory=list)

    def add(self, error: ValidationError, skip: int = 0) -> None:
        """Take in an error's details, at their place from the file's root."""
        for detail in error.errors(include_url=False):
            at = [detail["ctx"]["discriminator"].strip("'")] if detail["type"] == "union_tag_invalid" else []
            self.errors.append(((*self.prefix, *detail["loc"][skip:], *at), detail))


def _validate_each(value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    collector = info.context
    if not (isinstance(collector, Collector) and isinstance(value, list) and info.field_name):
        return handler(value)
    sound = []
    for index, item in enumerate(value):
        collector.prefix += [info.field_name, index]
        try:
            (checked,) = handler([item])
            if isinstance(checked, Item):
                checked._index = index
            sound.append(checked)
        except ValidationError as error:
            collector.add(error, skip=1)
        finally:
            del collector.prefix[-2:]
    return sound


def iso_day(value: Any) -> dt.date:
    """A day written as YYYY-MM-DD and in no other way; anything else is a `ValueError`."""
    if isinstance(value, dt.date):
        return value
    with contextlib.suppress(ValueError):
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            return dt.date.fromisoformat(value)
    raise ValueError(f"{value!r} is not a day → write it as YYYY-MM-DD")


Real = Annotated[float, Strict()]
"""A number, not a text or a truth value that could be read as one."""

Day = Annotated[dt.date, BeforeValidator(iso_day)]
"""A day written as YYYY-MM-DD and in no other way."""

Items = Annotated[list[ItemT], WrapValidator(_validate_each)]
"""A list field whose faulty items are reported and left out, instead of hiding later faults."""
