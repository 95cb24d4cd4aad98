"""Coding by a language model: asked once, asked again for what is not grounded, then held to the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from leverage.case import Span
from leverage.codebook import Codebook
from leverage.coding.article import ArticleText
from leverage.coding.llm.answers import ModelCode, answer_schema, place_of, read_answer
from leverage.coding.llm.cache import AnswerCache, cache_key
from leverage.coding.llm.endpoint import ChatModel
from leverage.coding.llm.prompt import Message, first_messages, second_messages
from leverage.coding.markdown import masked
from leverage.coding.parties import Party
from leverage.coding.passage import passage_fields
from leverage.coding.sentences import split_sentences
from leverage.coding.suggestion import Suggestion, suggestion_id


@dataclass(frozen=True)
class ModelCoding:
    """What a model suggested, and what of it was rejected.

    Attributes
    ----------
    suggestions : tuple of Suggestion
        Each grounded in the text, in its order.
    rejected : tuple of str
        What was not grounded after the second asking, and why.
    asked : int
        Requests that were made; 0 where the cache had every answer.
    """

    suggestions: tuple[Suggestion, ...]
    rejected: tuple[str, ...]
    asked: int


@dataclass
class _Session:
    """Asks the model, or the cache."""

    model: ChatModel
    cache: AnswerCache | None
    schema: dict[str, Any]
    sha256: str
    codebook: str
    asked: int = 0

    def answer(self, messages: Sequence[Message]) -> str:
        key = cache_key(self.sha256, self.codebook, self.model.name, messages)
        kept = self.cache.get(key) if self.cache else None
        if kept is not None:
            return kept
        self.asked += 1
        answer = self.model.answer(messages, self.schema)
        if self.cache:
            self.cache.put(key, answer)
        return answer


def code_by_model(
    article: ArticleText,
    parties: Sequence[Party],
    codebook: Codebook,
    model: ChatModel,
    cache: AnswerCache | None = None,
) -> ModelCoding:
    """Suggest by a language model what an article says of each factor of each party.

    A code counts only if its factor, indicator and party are known and its quotation stands to the letter
    in the sentence that it names. What is not grounded is asked for once more, then rejected.

    Raises
    ------
    InputError
        The model could not be asked.
    """
    text, sentences = article.text, split_sentences(masked(article))
    actors = [party.id for party in parties]
    session = _Session(model, cache, answer_schema(codebook, actors), article.sha256, codebook.coding_hash)
    messages = first_messages(codebook, parties, text, sentences)
    answer = session.answer(messages)
    placed, faults = _ground(answer, text, sentences, codebook, actors)
    if faults:
        again, faults = _ground(
            session.answer(second_messages(messages, answer, faults)), text, sentences, codebook, actors
        )
        placed = {**placed, **again}
    found = [_suggestion(code, span, article, codebook, model.name) for code, span in placed.values()]
    ordered = sorted(found, key=lambda s: (s.start, s.end, s.factor, s.actor or ""))
    return ModelCoding(tuple(ordered), tuple(faults), session.asked)


def _ground(
    answer: str, text: str, sentences: Sequence[Span], codebook: Codebook, actors: Sequence[str]
) -> tuple[dict[tuple[int, str, str | None], tuple[ModelCode, Span]], list[str]]:
    """Grounded codes, the first of each sentence, factor and party; and what is wrong with the rest."""
    codes, faults = read_answer(answer)
    placed: dict[tuple[int, str, str | None], tuple[ModelCode, Span]] = {}
    for code in codes:
        place = place_of(code, text, sentences, codebook, actors)
        if isinstance(place, str):
            faults.append(place)
        else:
            placed.setdefault((code.sentence, code.factor, code.actor), (code, place))
    return placed, faults


def _suggestion(
    code: ModelCode, span: Span, article: ArticleText, codebook: Codebook, model: str
) -> Suggestion:
    content = {
        **code.model_dump(exclude={"exact"}),
        **passage_fields(article, span),
        "tier": "top" if code.confidence == "high" and code.direction != "unknown" and code.actor else "rest",
        "rules": ["language-model"],
        "codebook": codebook.coding_hash,
        "coder": model,
    }
    return Suggestion.model_validate({**content, "id": suggestion_id(content)})
