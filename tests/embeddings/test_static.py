"""Vectors of texts without torch."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tools.embeddings.neighbours import WHOLE, neighbours
from tools.embeddings.static import AT_ONCE, FILE, StaticEncoder, encoder, save


def cosine(one: str, other: str) -> float:
    first, second = encoder().encode([one, other])
    return float(first @ second)


def test_a_text_is_a_row_of_unit_length():
    found = encoder().encode(["my card is lost", "", "你好 ☃", "word " * 50_000])
    assert found.shape == (4, 256) and found.dtype == np.float32
    assert np.linalg.norm(found, axis=1).tolist() == pytest.approx([1, 0, 0, 1], abs=1e-5)


def test_what_means_the_same_is_nearer_than_what_shares_words():
    assert cosine("buy a car", "purchase an automobile") > cosine("buy a car", "buy a cake")
    assert cosine("Reset the PIN!", "reset the pin !") == pytest.approx(1, abs=1e-5)


def test_many_texts_come_in_blocks_and_in_order():
    texts = [f"text about {n % 7} things" for n in range(AT_ONCE + 10)]
    blocks = list(encoder().stream(iter(texts)))
    assert [len(block) for block in blocks] == [AT_ONCE, 10]
    assert np.allclose(np.concatenate(blocks)[-3:], encoder().encode(texts[-3:]), atol=1e-6)
    assert encoder().encode([]).shape == (0, 256)


def test_what_is_saved_is_read_again_within_the_precision_of_8_bits(tmp_path: Path):
    vectors = np.random.default_rng(0).normal(size=(3, 16)).astype(np.float32)
    save(tmp_path / "small.npz", ["one", "two", "##s"], vectors)
    read = StaticEncoder(tmp_path / "small.npz").encode(["One", "ones", "unheard"])
    known = [vectors[0], vectors[0] + vectors[2]]
    assert np.allclose(read[:2], [each / np.linalg.norm(each) for each in known], atol=0.02)
    assert not read[2].any()


def test_it_is_small_and_needs_no_torch():
    assert FILE.stat().st_size < 8_000_000
    program = "import sys; from tools.embeddings.static import encoder; encoder().encode(['a'])"
    program += "; print('torch' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"


def test_neighbours_are_the_nearest_earlier_ones_of_the_group():
    angles = np.radians([0, 10, 11, 90, 12])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    found = neighbours(vectors, np.array([0, 0, 0, 0, 1]), 0.9, 1)
    assert list(zip(found.one.tolist(), found.other.tolist(), strict=True)) == [(0, 1), (1, 2)]
    assert neighbours(vectors, np.full(5, -1), 0.9, 1).one.size == 0


def test_in_a_large_group_hardly_a_neighbour_is_missed():
    rng = np.random.default_rng(1)
    base = rng.normal(size=(WHOLE, 64)).astype(np.float32)
    close = base[:2000] + 0.3 * rng.normal(size=(2000, 64)).astype(np.float32)
    vectors = np.concatenate([base, close])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    whole = (vectors[:2000] * vectors[WHOLE:]).sum(axis=1) >= 0.9
    found = neighbours(vectors, np.zeros(len(vectors), int), 0.9, 4)
    pairs = set(zip(found.one.tolist(), found.other.tolist(), strict=True))
    assert sum((n, WHOLE + n) in pairs for n in np.flatnonzero(whole)) >= 0.95 * whole.sum() > 1000
