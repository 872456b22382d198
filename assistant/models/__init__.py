"""The language model that the assistant thinks with: one small interface, one file a backend."""

from assistant.models.brain import Ahead, Brain, BrainError, Completion, ContextOverflow, Finish, Message, OnText
from assistant.models.opening import open_brain

__all__ = ["Ahead", "Brain", "BrainError", "Completion", "ContextOverflow", "Finish", "Message", "OnText", "open_brain"]
