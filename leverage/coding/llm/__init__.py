"""An optional coder: a language model behind a small protocol, held to exact quotations."""

from leverage.coding.llm.cache import AnswerCache
from leverage.coding.llm.coder import ModelCoding, code_by_model
from leverage.coding.llm.endpoint import ChatModel, Endpoint, endpoint_from_environment

__all__ = [
    "AnswerCache",
    "ChatModel",
    "Endpoint",
    "ModelCoding",
    "code_by_model",
    "endpoint_from_environment",
]
