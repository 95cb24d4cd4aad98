"""Whom the coder asks: the protocol, and an endpoint that speaks OpenAI's chat format."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from leverage.coding.llm.prompt import Message
from leverage.faults import InputError, call_error

URL, KEY = "LEVERAGE_LLM_URL", "LEVERAGE_LLM_KEY"
TIMEOUT = 120.0
"""Seconds: a long article on a small machine takes a minute."""


class ChatModel(Protocol):
    """What the coder needs of a model."""

    @property
    def name(self) -> str:
        """The model's name, as the log and the cache keep it."""

    def answer(self, messages: Sequence[Message], schema: dict[str, Any]) -> str:
        """The text of the model's answer to a conversation; a failure is an `InputError`."""


@dataclass(frozen=True)
class Endpoint:
    """An endpoint with ``POST {url}/chat/completions``; the key is never shown or stored."""

    url: str
    name: str
    key: str | None = field(default=None, repr=False)

    def answer(self, messages: Sequence[Message], schema: dict[str, Any]) -> str:
        """The first choice's text; see `ChatModel`."""
        try:
            import httpx
        except ImportError as error:
            raise call_error(
                "coding by a language model needs httpx", "pip install 'negotiation-leverage[llm]'"
            ) from error
        body = {
            "model": self.name,
            "messages": list(messages),
            "temperature": 0,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "codes", "strict": True, "schema": schema},
            },
        }
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        try:
            response = httpx.post(
                f"{self.url.rstrip('/')}/chat/completions", json=body, headers=headers, timeout=TIMEOUT
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._fault(str(error) or type(error).__name__) from error
        if response.status_code != httpx.codes.OK:
            raise self._fault(f"it answered {response.status_code} {response.reason_phrase}".strip())
        try:
            content = response.json()["choices"][0]["message"]["content"]
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            raise self._fault("its answer is not of the chat format") from error
        return content if isinstance(content, str) else ""

    def _fault(self, problem: str) -> InputError:
        return call_error(
            f"the language model at {self.url} gave no answer: {problem}",
            f"check {URL}, {KEY} and the model's name; nothing was written",
        )


def endpoint_from_environment(model: str) -> Endpoint:
    """The endpoint that the environment names, for a model; an `InputError` where it names none."""
    url = os.environ.get(URL, "")
    if not url.startswith(("http://", "https://")):
        raise call_error(
            f"{URL} is {url!r}, not the address of an endpoint" if url else f"{URL} is not set",
            f"set it to the address before /chat/completions, and {KEY} to its key if it has one",
        )
    key = os.environ.get(KEY, "").strip()
    if not (key.isascii() and key.isprintable()):
        raise call_error(f"{KEY} is no key: it holds other signs than ASCII", "copy the key into it again")
    return Endpoint(url, model, key or None)
