"""Answers kept by what was asked: the same article, codebook, prompt and model ask nobody twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leverage.coding.llm.prompt import Message
from leverage.documents import replace_file
from leverage.faults import call_error


@dataclass(frozen=True)
class AnswerCache:
    """A folder of answers; each file holds the key's parts beside the answer."""

    folder: Path

    def get(self, key: dict[str, str]) -> str | None:
        """The answer kept under a key; None where there is none that can be read."""
        try:
            kept = json.loads(self._file(key).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return None
        answer = kept.get("answer") if isinstance(kept, dict) and kept.get("key") == key else None
        return answer if isinstance(answer, str) else None

    def put(self, key: dict[str, str], answer: str) -> None:
        """Keep an answer; a reader never sees half of it."""
        content = json.dumps({"key": key, "answer": answer}, ensure_ascii=False, indent=1)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            replace_file(self._file(key), content.encode())
        except OSError as error:
            raise call_error(
                f"{self.folder} cannot be written: {error.strerror}", "choose another folder with --cache"
            ) from error

    def _file(self, key: dict[str, str]) -> Path:
        return self.folder / f"{hash_of(key)}.json"


def hash_of(part: Any) -> str:
    """SHA-256 of a value as JSON."""
    return hashlib.sha256(json.dumps(part, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def cache_key(sha256: str, codebook: str, model: str, messages: Sequence[Message]) -> dict[str, str]:
    """What an answer hangs on."""
    return {"text": sha256, "codebook": codebook, "model": model, "prompt": hash_of(list(messages))}
