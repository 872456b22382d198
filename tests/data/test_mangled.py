"""Mangled files of every kind: a clear error or a correct load, no traceback, no hang, nothing left behind."""

import pytest

from benchmarks.mangle import KINDS, check
from store import Workspace

QUICK = {"talk.pdf": 3}
"""Files a kind; each PDF document starts a process of its own."""


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_mangled_file_gives_rows_or_a_sentence(empty: Workspace, name: str):
    broken = [told for seed in range(QUICK.get(name, 20)) if (told := check(empty, name, seed))]
    assert broken == []
