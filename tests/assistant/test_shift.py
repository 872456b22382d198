"""Few turns at work at once: the others wait in line, and nobody who is alone sees any of it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import line as lines
from assistant.draw import draw
from assistant.host import Host
from assistant.line import Line
from assistant.settings import Settings
from assistant.shift import MOST_AT_WORK, Shift, line_of_work
from store import Workspace
from store.jobs import watched
from tests.scripted_model import Reply, ScriptedBrain
from tests.waiting import until
from tools import TOOLS, Result


def never() -> bool:
    return False


class Works:
    """Somebody at work in a thread, until `go` is set."""

    def __init__(self, line: Line, who: str, stop: Callable[[], bool] = never) -> None:
        self.shift, self.go, self.told = Shift(line, who), threading.Event(), list[int]()
        self.come: bool | None = None
        self._stop = stop
        before = line.waiting
        self.thread = threading.Thread(target=self._work)
        self.thread.start()
        until(lambda: line.waiting > before or self.come is not None)

    def _work(self) -> None:
        with self.shift.at_work(self._stop, self.told.append) as come:
            self.come = come
            assert not come or self.go.wait(60)

    def done(self) -> None:
        self.go.set()
        self.thread.join(60)
        assert not self.thread.is_alive()


def test_only_so_many_work_at_once_and_the_first_to_come_is_the_next() -> None:
    line = Line(at_once=2)
    ana, ben, cem, dia = (Works(line, who) for who in ("ana", "ben", "cem", "dia"))
    until(lambda: ana.come and ben.come)
    assert (cem.come, dia.come) == (None, None)
    ben.done()
    until(lambda: cem.come)
    assert dia.come is None
    for each in (ana, cem, dia):
        each.done()
    assert dia.come
    assert line.waiting == 0


def test_whoever_stops_while_waiting_leaves_the_line() -> None:
    line, stopping = Line(), threading.Event()
    ana = Works(line, "ana")
    ben, cem = Works(line, "ben", stopping.is_set), Works(line, "cem")
    stopping.set()
    until(lambda: ben.come is False)
    ana.done()
    until(lambda: cem.come)
    cem.done()
    assert line.waiting == 0


def test_a_place_is_told_and_again_only_when_it_is_much_better(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "TELL_SECONDS", 0.0)
    line = Line()
    before = [Works(line, f"person {n}") for n in range(8)]
    last = Works(line, "last")
    until(lambda: last.told == [8])
    before[0].done()
    before[1].done()
    until(lambda: last.told == [8, 6])
    for each in before[2:]:
        each.done()
    until(lambda: last.come)
    last.done()
    assert last.told[0] == 8
    assert last.told[-1] == 0
    assert all(new <= lines.BETTER * old for old, new in zip(last.told, last.told[1:], strict=False))


def test_whoever_works_for_long_keeps_nobody_waiting() -> None:
    line = Line(seconds=0.3)
    ana, ben = Works(line, "ana"), Works(line, "ben")
    until(lambda: ben.come)
    assert not ana.go.is_set()
    cem = Works(line, "cem")
    ana.done()  # long out of line: it makes no room for another one beside ben
    assert cem.come is None
    ben.done()
    cem.done()
    assert line.waiting == 0


def test_whoever_waits_for_something_else_makes_room_and_comes_back_in_line() -> None:
    line, outside, back = Line(), threading.Event(), threading.Event()
    shift, order = Shift(line, "ana"), list[str]()

    def works() -> None:
        with shift.at_work(never, lambda _: None):
            with shift.aside(), shift.aside():  # one inside the other is one
                outside.set()
                assert back.wait(60)
            order.append("ana again")

    thread = threading.Thread(target=works)
    thread.start()
    assert outside.wait(60)
    ben = Works(line, "ben")
    until(lambda: ben.come)
    back.set()
    until(lambda: line.waiting == 2)
    order.append("ben done")
    ben.done()
    thread.join(60)
    assert order == ["ben done", "ana again"]
    assert line.waiting == 0


def test_whoever_has_begun_goes_on_before_others_begin() -> None:
    line, outside, back = Line(), threading.Event(), threading.Event()
    shift, order = Shift(line, "ana"), list[str]()

    def works() -> None:
        with shift.at_work(never, lambda _: None):
            with shift.aside():
                outside.set()
                assert back.wait(60)
            order.append("ana again")

    thread = threading.Thread(target=works)
    thread.start()
    assert outside.wait(60)
    ben, cem = Works(line, "ben"), Works(line, "cem")
    back.set()
    until(lambda: line.waiting == 3)
    ben.done()
    until(lambda: cem.come)
    order.append("cem")
    cem.done()
    thread.join(60)
    assert order == ["ana again", "cem"]


def test_aside_does_nothing_where_nobody_is_at_work() -> None:
    line = Line()
    with Shift(line, "ana").aside():
        assert line.waiting == 0


def test_a_stop_while_waiting_to_come_back_ends_the_waiting() -> None:
    line, stopping = Line(), threading.Event()
    shift, outside = Shift(line, "ana"), threading.Event()

    def works() -> None:
        with shift.at_work(stopping.is_set, lambda _: None), shift.aside():
            outside.set()
            until(lambda: line.waiting == 1)

    thread = threading.Thread(target=works)
    thread.start()
    assert outside.wait(60)
    ben = Works(line, "ben")
    until(lambda: line.waiting == 2)
    stopping.set()
    thread.join(60)
    assert not thread.is_alive()
    ben.done()
    assert line.waiting == 0


def test_a_job_that_is_waited_for_makes_room(empty: Workspace) -> None:
    inside = list[bool]()

    @contextmanager
    def aside() -> Iterator[None]:
        inside.append(True)
        yield
        inside.append(False)

    job = empty.jobs.start("count", "tests.store.counting", {"to": 1})
    with watched(lambda _: None, threading.Event(), aside):
        empty.jobs.wait(job.id)
    assert inside == [True, False]


def test_turns_as_there_are_processors_and_never_many() -> None:
    line = line_of_work(64)
    with_all = [Works(line, str(n)) for n in range(MOST_AT_WORK + 1)]
    until(lambda: all(each.come for each in with_all[:-1]))
    assert with_all[-1].come is None
    for each in with_all:
        each.done()


AT_ONCE = 2
GO = threading.Event()


@pytest.fixture
def crowd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator["Crowd"]:
    """People of a host that lets two turns work at once, with a board that takes until it is let go."""
    board = TOOLS["show_project"].function

    def slow(ws: Workspace) -> Result:
        assert GO.wait(60)
        return board(ws)

    monkeypatch.setattr(lines, "TELL_SECONDS", 0.0)
    monkeypatch.setattr(TOOLS["show_project"], "function", slow)
    GO.clear()
    yield Crowd(tmp_path / "home", "load_dataset")
    GO.set()


class Crowd:
    """Everybody has a project of their own; the others look at the board."""

    def __init__(self, home: Path, *script: Reply) -> None:
        self.host = Host(replace(Settings.read({}), home=home, threads=AT_ONCE), lambda _: ScriptedBrain(*script))
        self.asker, *self.holders = (self.host.new_project(None, f"person {n}") for n in range(AT_ONCE + 1))

    def hold(self) -> None:
        for ws in self.holders:
            self.host.say(ws, "where are we?")
            until(lambda ws=ws: "called" in self.events(ws))

    def events(self, ws: Workspace) -> list[str]:
        return [each.event["event"] for each in self.host.log(ws)]

    def settled(self, ws: Workspace) -> list[str]:
        until(lambda: not self.host.running(ws))
        return self.events(ws)


def test_who_is_alone_is_told_of_no_line(crowd: Crowd) -> None:
    GO.set()
    crowd.host.say(crowd.asker, "where are we?")
    assert "queued" not in crowd.settled(crowd.asker)
    assert crowd.host.work.waiting == 0


def test_a_third_turn_is_told_its_place_and_stopped_while_it_waits(crowd: Crowd) -> None:
    crowd.hold()
    crowd.host.say(crowd.asker, "hello")
    until(lambda: "queued" in crowd.events(crowd.asker))
    shown = draw(crowd.host.log(crowd.asker), running=True).messages[-1]
    assert shown.metadata.get("title") == "Place 1 in line"
    crowd.host.stop(crowd.asker)
    assert crowd.settled(crowd.asker)[-2:] == ["said", "ended"]
    assert crowd.host.log(crowd.asker)[-2].event["text"] == "Stopped."
    assert all(crowd.host.running(ws) for ws in crowd.holders)
    GO.set()
    assert [crowd.settled(ws)[-1] for ws in crowd.holders] == ["ended", "ended"]
    until(lambda: crowd.host.work.waiting == 0)


def test_a_yes_that_is_stopped_while_it_waits_does_nothing_and_is_asked_for_again(crowd: Crowd) -> None:
    (crowd.asker.uploads / "mails.csv").write_text("text,label\nHello there,greeting\nSend it back,return\n")
    crowd.host.say(crowd.asker, "load mails.csv")
    assert crowd.settled(crowd.asker)[-2:] == ["asks", "ended"]
    (question,) = crowd.asker.approvals.pending()
    crowd.hold()
    crowd.host.say(crowd.asker, "yes")
    until(lambda: "queued" in crowd.events(crowd.asker))
    crowd.host.stop(crowd.asker)
    assert crowd.settled(crowd.asker)[-3:] == ["said", "asks", "ended"]
    assert draw(crowd.host.log(crowd.asker), running=False).question == question.id
    assert crowd.asker.datasets.names() == []
    GO.set()
    crowd.host.answer(crowd.asker, question.id, "yes", "", None)
    assert crowd.settled(crowd.asker)[-1] == "ended"
    assert crowd.asker.datasets.names() == ["mails"]
    steps = [message.metadata for message in crowd.host.drawn(crowd.asker, running=False).messages]
    assert "interrupted" not in [step.get("log") for step in steps]
