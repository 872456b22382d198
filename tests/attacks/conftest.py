"""Here too a scripted brain says which tool is meant."""

from tests.assistant.conftest import scripted

__all__ = ["scripted"]
