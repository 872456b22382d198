from tests.clean.conftest import make, sample, texts

__all__ = ["make", "sample", "texts"]
