"""Every request goes to the store by one thread, in batches, so that no answer waits for the disk."""

import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from store import StoreError
from store.database import Database
from store.requests import Feedback, Request, Requests
from tools.clean._refusing import declines
from tools.embeddings.static import encoder
from tools.monitor._masked import masked

log = logging.getLogger(__name__)
BATCH = 256
EVERY_SECONDS = 0.25
"""What came in within this time before a kill may be lost, and no more: then a batch is written."""
MOST_UNWRITTEN = 50_000
"""Requests that are held while the store cannot be written, such as with a full disk."""
MOST_KEPT = 20_000
"""Characters of a text that are kept."""


@dataclass(frozen=True)
class Seen:
    """A request that ended, with its words, of which the store may keep none."""

    request: Request
    question: str = ""
    answer: str = ""


class Recorder:
    """Writes down what was asked of one service.

    Args:
        home: The workspace's folder.
        project: The project of the service.
        service: Its name.
    """

    def __init__(self, home: Path, project: str, service: str) -> None:
        self._home, self._project, self._service = home, project, service
        self.keep_texts, self.keep_features = False, True
        self.listeners: list[Callable[[Request], None]] = []
        """Told of every request when it has been written down, in the recorder's thread."""
        self._queue: queue.SimpleQueue[Seen | Callable[[Requests], None] | None] = queue.SimpleQueue()
        self._unwritten: list[Seen] = []
        self._thread = threading.Thread(target=self._run, name="recorder")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def add(self, seen: Seen) -> None:
        """Write a request down, soon."""
        self._queue.put(seen)

    def say(self, feedback: Feedback, key: int | None) -> "Future[None]":
        """Write down what was said of an answer, after the requests that came before.

        The future raises NotFound if this key has asked nothing of that id.
        """
        done: Future[None] = Future()

        def keep(requests: Requests) -> None:
            try:
                asked = requests.get(feedback.request)
                if asked.key != key:
                    requests.get("")  # to another key it is as if it were not there
                requests.say(replace(feedback, text=None if feedback.text is None else masked(feedback.text)))
            except (StoreError, sqlite3.Error) as error:
                done.set_exception(error)
            else:
                done.set_result(None)

        self._queue.put(keep)
        return done

    def close(self) -> None:
        """Write down what is left, and end."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        db = Database(self._home / "workspace.sqlite")
        try:
            requests, going = Requests(db, self._project), True
            while going:
                going = self._batch(requests)
        finally:
            db.close()

    def _batch(self, requests: Requests) -> bool:
        """Write one batch; gives whether more may come."""
        after: list[Callable[[Requests], None]] = []
        item = self._queue.get()
        end = time.monotonic() + EVERY_SECONDS
        while True:
            if isinstance(item, Seen):
                self._unwritten.append(item)
            elif item is not None:
                after.append(item)
            left = end - time.monotonic()
            if item is None or after or len(self._unwritten) >= BATCH or left <= 0:
                break
            try:
                item = self._queue.get(timeout=left)
            except queue.Empty:
                break
        self._write(requests)
        for call in after:
            call(requests)
        return item is not None

    def _write(self, requests: Requests) -> None:
        """Write what is not written; what the store cannot take now is tried again with the next batch."""
        batch = self._unwritten
        if not batch:
            return
        kept = [self._with_words(seen) for seen in batch]
        if self.keep_features:
            asked = [place for place, seen in enumerate(batch) if seen.question]
            vectors = encoder().encode([batch[place].question for place in asked]).astype(np.float16)
            for place, vector in zip(asked, vectors, strict=True):
                kept[place] = replace(kept[place], features=vector.tobytes())
        try:
            requests.record(self._service, kept)
            self._unwritten = []
            for request in kept:
                for listener in self.listeners:
                    listener(request)
        except (StoreError, sqlite3.Error) as error:
            log.error("%d requests are not recorded yet: %s", len(kept), error)
            self._unwritten = batch[-MOST_UNWRITTEN:]

    def _with_words(self, seen: Seen) -> Request:
        request = replace(seen.request, refused=bool(seen.answer) and declines(seen.answer))
        if not self.keep_texts:
            return request
        question, answer = (masked(text[:MOST_KEPT]) or None for text in (seen.question, seen.answer))
        return replace(request, prompt=question, answer=answer)
