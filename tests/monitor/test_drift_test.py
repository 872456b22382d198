"""Drift is found soon, and seldom where there is none. Every figure is counted over streams with their seeds."""

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.monitor.streams import Topics
from tools.monitor._drift_chart import BEYOND_MIX
from tools.monitor._drift_test import BETWEEN_ALARMS, Alarm, DriftTest, likelihood
from tools.monitor._findable import findable
from tools.monitor._novelty import Novelty, learn

STREAMS, BEFORE, SOON = 15, 500, 200
Texts = NDArray[np.float32]


@cache
def learned(seed: int, labels: bool = True, rows: int = 1500) -> Novelty:
    """What is known of the topics of a seed."""
    texts, its = Topics(seed).labelled(rows)
    found = learn(texts, texts[:0], its if labels else None)
    assert found is not None
    return found


def alarms(novelty: Novelty, *texts: Texts) -> list[tuple[int, Alarm]]:
    """The alarms in the requests of a stream, and their places."""
    test = DriftTest(novelty.held)
    told = enumerate(map(test.add, novelty.of(np.concatenate(texts)).tolist()))
    return [(place, alarm) for place, alarm in told if alarm]


@pytest.mark.parametrize("held", [100, 1000])
def test_at_most_one_false_alarm_comes_in_ten_thousand_requests_however_few_rows_were_held_out(held: int):
    draw, requests, streams = np.random.default_rng(held), 5000, 40
    found = 0
    for _ in range(streams):
        test = DriftTest(draw.normal(size=held).tolist())
        found += sum(test.add(each) is not None for each in draw.normal(size=requests).tolist())
    allowed = streams * requests / BETWEEN_ALARMS
    assert 1 <= found <= allowed + 2 * allowed**0.5


@pytest.mark.parametrize("labels", [True, False])
def test_at_most_one_false_alarm_comes_in_five_thousand_requests_without_drift(labels: bool):
    counted = [len(alarms(learned(seed, labels), Topics(seed, 1).texts(5000))) for seed in range(STREAMS)]
    assert sum(counted) <= STREAMS / 2, f"{sum(counted)} false alarms in {STREAMS} streams of 5,000 requests"


@pytest.mark.parametrize(("share", "least"), [(1.0, 15), (0.5, 15), (0.2, 15), (0.1, 5)])
def test_drift_is_found_within_two_hundred_requests(share: float, least: int):
    found = 0
    for seed in range(STREAMS):
        topics = Topics(seed, 2)
        told = alarms(learned(seed), topics.texts(BEFORE), topics.texts(SOON, share))
        found += any(place >= BEFORE for place, _ in told)
    assert found >= least, f"found in {found} of {STREAMS} streams"


def test_gradual_drift_is_found_within_two_hundred_requests_of_being_whole():
    for seed in range(STREAMS):
        topics = Topics(seed, 3)
        rising = [topics.texts(20, share) for share in np.linspace(0, 1, 20)]
        assert alarms(learned(seed), *rising, topics.texts(SOON, 1.0))


def test_an_alarm_tells_since_when_and_how_much():
    off, held = list[int](), 0
    for seed in range(STREAMS):
        topics = Topics(seed, 4)
        place, alarm = alarms(learned(seed), topics.texts(BEFORE), topics.texts(SOON, 0.5))[0]
        off.append(abs(place + 1 - alarm.since - BEFORE))
        held += alarm.new[0] <= 0.5 <= alarm.new[1]
    assert np.median(off) <= 10
    assert held >= STREAMS * 0.6


def test_after_an_alarm_what_comes_is_usual():
    topics = Topics(0, 5)
    told = alarms(learned(0), topics.texts(BEFORE), topics.texts(3000, 0.5))
    assert len([place for place, _ in told if place >= BEFORE]) == 1


def test_a_known_topic_that_becomes_frequent_is_not_told_as_new():
    as_new = as_mix = 0
    for seed in range(STREAMS):
        novelty, topics = learned(seed), Topics(seed, 6)
        stream = np.concatenate([topics.texts(BEFORE), topics.mixed(500, often=seed)])
        for place, alarm in alarms(novelty, stream):
            its = stream[place + 1 - alarm.since : place + 1]
            new = novelty.beyond_mix(novelty.known.nearest(its), novelty.of(its)) >= BEYOND_MIX
            as_new, as_mix = as_new + new, as_mix + (not new)
    assert as_new <= 3, f"{as_new} told as new, {as_mix} as a mix"


def test_what_is_new_is_not_told_as_a_mix():
    for seed in range(STREAMS):
        novelty, its = learned(seed), Topics(seed, 7).texts(60, 0.5)
        assert novelty.beyond_mix(novelty.known.nearest(its), novelty.of(its)) >= BEYOND_MIX


def test_near_copies_in_the_training_rows_do_not_make_the_rest_look_new():
    found = 0
    for seed in range(STREAMS):
        texts, labels = Topics(seed).labelled(600)
        noise = np.random.default_rng(seed).normal(size=texts.shape) * 0.02
        copies = texts + noise.astype(np.float32)
        copies /= np.linalg.norm(copies, axis=1, keepdims=True)
        novelty = learn(np.concatenate([texts, copies]), texts[:0], [*labels, *labels])
        assert novelty is not None
        found += bool(alarms(novelty, Topics(seed, 8).texts(500)))
    assert found <= 2


def test_it_is_foretold_how_small_a_drift_can_be_found():
    foretold = findable(learned(0).held, learned(0).strange)
    assert foretold is not None
    assert foretold <= 0.2
    draw = np.random.default_rng(0)
    assert findable(np.sort(draw.normal(size=100)), draw.normal(size=1000)) is None
    few, many = (np.sort(draw.normal(size=rows)) for rows in (100, 4000))
    shares = [findable(held, draw.normal(3, 1, 1000)) for held in (few, many)]
    assert shares[0] is not None
    assert shares[1] is not None
    assert shares[0] >= shares[1]


def test_a_bet_wins_nothing_in_the_mean_while_p_values_are_uniform():
    p = (np.arange(100_000) + 0.5) / 100_000
    assert np.mean([likelihood(each) for each in p.tolist()]) == pytest.approx(1, abs=0.001)


def test_with_too_few_rows_nothing_is_said():
    topics = Topics(0)
    assert learn(topics.texts(150), topics.texts(20)) is None
    assert learn(topics.texts(150), topics.texts(100)) is not None
    assert learn(topics.texts(200), topics.texts(0)) is not None


def test_rows_that_are_all_nearly_the_same_are_learned_from():
    texts = np.tile(Topics(0).texts(1), (250, 1))
    found = learn(texts, texts[:0], ["a", "b"] * 125)
    assert found is not None
    assert np.isfinite(found.held).all()
