"""What can go wrong between a model's name and its file. Every message is a sentence a user can act on."""

from store.errors import StoreError


class FetchError(StoreError):
    """A model file could not be had; the message says what was tried and what to do."""


class DiskFull(FetchError):
    """There is no room for the file, wherever it would come from."""


class BadModelFile(FetchError):
    """A file arrived, and it is not the one that was promised."""
