"""The whole loop in a real browser: a run is served, corrected, learned from, trained again, rolled out, taken back."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, product
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from store import Workspace
from store.engine import fetch, literal
from store.requests import Alert
from tests.browser.conftest import Book, OpenTab, Tab, serving
from tests.tiny_model import build
from tests.tiny_run import start
from tests.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
WORK = 180_000
"""Milliseconds for what loads torch in a process of its own."""
MOST = 3000
"""Requests by which a rollout must have been decided."""
KNOWN = {
    "delivery": (
        ("My parcel", "The order", "Our courier", "The box", "My shipment"),
        ("has not arrived", "is late", "went to a neighbour", "was left outside"),
    ),
    "refund": (
        ("The second payment", "My money", "Your invoice", "That charge", "The amount"),
        ("was taken twice", "should come back", "is too high", "was never returned"),
    ),
    "technical": (
        ("The app", "My login", "This page", "Your website", "The form"),
        ("shows an error", "does not load", "crashed", "refuses my password"),
    ),
}
SINCE = ("today", "since Monday", "again", "this morning", "for a week")
SIDES = ("train", "train", "train", "train", "validation", "test")
VOUCHERS = [
    " ".join(words)
    for words in product(
        ("The voucher", "A gift card", "My coupon", "Our discount code"),
        ("was not taken off", "did not count", "is not deducted", "was ignored at checkout"),
        ("on the blue shoes", "for two lamps", "at the till", "from my bill", "in your shop", "on her present"),
    )
]
"""Of a kind that nobody asked before the first training; all of them are about a refund."""
FIRST, LATER = VOUCHERS[::2], VOUCHERS[1::2]
PERSONAL = "Write to ana.ruiz@example.org why neither gloves nor the red umbrella became cheaper by our coupons"
DEPLOY = "Deploy run-1 as helpdesk, with the texts kept"
ROLL_OUT = "Give run-2 25 percent of the requests to helpdesk"
ROLL_BACK = "Give run-1 half of the requests to helpdesk"
HELPDESK = {"service": "helpdesk"}
BOOK: Book = {
    DEPLOY: ("deploy_run", {**HELPDESK, "run": "run-1", "keep_texts": True}),
    "how is helpdesk doing in use?": ("check_service", HELPDESK),
    "learn from the use of helpdesk": ("learn_from_use", HELPDESK),
    "repeat run-1 on the newest version of tickets": ("repeat_training", {"run": "run-1", "dataset": "tickets"}),
    "is run-2 better than run-1?": ("compare_runs", {"run": "run-2", "other": "run-1"}),
    ROLL_OUT: ("deploy_run", {**HELPDESK, "run": "run-2", "share": 0.25}),
    "deploy run-2 as helpdesk": ("deploy_run", {**HELPDESK, "run": "run-2"}),
    ROLL_BACK: ("deploy_run", {**HELPDESK, "run": "run-1", "share": 0.5}),
}


@dataclass
class Customers:
    """A program that asks the service over HTTP with its key, one customer after the other."""

    ws: Workspace
    http: httpx.Client
    asked: int = 0

    def ask(self, text: str) -> tuple[str, str]:
        """The id of an answer, and its label."""
        self.asked += 1
        said = self._post("/classify", model="helpdesk", input=text, user=f"customer {self.asked}")["results"][0]
        return said["id"], said["label"]

    def correct(self, texts: Iterable[str], right: str) -> int:
        """Ask each, and correct the answers that are wrong: how many these were."""
        wrong = [id_ for id_, label in map(self.ask, texts) if label != right]
        for id_ in wrong:
            self._post("/feedback", id=id_, correction=right)
        return len(wrong)

    def ask_until(self, decided: Callable[[], object], texts: Iterable[str], right: str) -> None:
        """Ask, and tell what turned out to be right, until it is decided."""
        most = self.asked + MOST
        for text in cycle(texts):
            if decided():
                return
            assert self.asked < most, "nothing was decided"
            self._post("/feedback", id=self.ask(text)[0], outcome=right)

    def _post(self, path: str, **body: object) -> Any:
        return self.http.post(path, json=body).raise_for_status().json()


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with tickets and run-1, a classifier that knows nothing of vouchers."""
    folder = tmp_path_factory.mktemp("loop")
    with Workspace(folder / "home") as ws:
        _add_tickets(ws)
        columns = {"prompt": None, "completion": None}
        run = start(ws, build(folder / "tiny"), task="classify", epochs=4, evaluation_rows=50, **columns)
        ws.jobs.wait(run.job.id)
    return folder / "home"


def _add_tickets(ws: Workspace) -> None:
    rows = [(" ".join(words), label) for label, said in KNOWN.items() for words in product(*said, SINCE)]
    cells = ((text, label, SIDES[n % len(SIDES)]) for n, (text, label) in enumerate(rows))
    values = ", ".join(f"({', '.join(map(literal, row))})" for row in cells)
    roles = {"text": "text", "label": "label", "split": "split"}
    with ws.approvals.typed("load_dataset", {}):
        ws.datasets.add(
            "tickets", f"from (values {values}) t(text, label, split)", sentence="Loaded.", recipe={}, roles=roles
        )


@contextmanager
def _stopped_at_the_end(ws: Workspace) -> Iterator[None]:
    """A service outlives the page."""
    try:
        yield
    finally:
        if job := ws.services.job("helpdesk"):
            ws.jobs.stop(job.id)
            until(lambda: not ws.jobs.get(job.id).live)


@contextmanager
def _customers(ws: Workspace) -> Iterator[Customers]:
    key = (ws.folder / "services" / "helpdesk" / "key-1.env").read_text().strip().partition("=")[2]
    url = f"http://127.0.0.1:{ws.services.get('helpdesk').settings['port']}"
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=60) as http:
        yield Customers(ws, http)


def test_what_is_learned_in_use_is_trained_and_rolled_out_and_harm_is_taken_back(
    trained: Path, open_tab: OpenTab
) -> None:
    with serving(trained, BOOK) as address, Workspace(trained) as ws, _stopped_at_the_end(ws):
        tab = open_tab(address)
        tab.say(DEPLOY)
        _approved(tab, "served at", "only with a key")
        with _customers(ws) as customers:
            _learned(tab, ws, customers)
            _trained_again(tab, ws)
            _rolled_out(tab, ws, customers)
            _taken_back(tab, ws, customers)
        _all_is_kept(ws)


def _learned(tab: Tab, ws: Workspace, customers: Customers) -> None:
    """What was corrected and what is new become a version of the dataset, without repetitions and personal data."""
    wrong = customers.correct(FIRST, "refund")
    assert wrong > len(FIRST) / 3
    customers.correct([*FIRST, PERSONAL], "refund")
    expect(tab.page.locator("#tw-live")).to_contain_text(f"{customers.asked} requests")
    expect(tab.page.locator("#tw-live .tw-trouble").first).to_be_visible()
    _chip(tab, "how is helpdesk doing in use?")
    tab.sees(re.compile("helpdesk had"))
    _chip(tab, "learn from the use of helpdesk")
    expect(tab.card.locator("#tw-approve")).to_be_visible(timeout=WORK)
    tab.sees("What should improve")
    tab.approve()
    tab.page.locator(".tw-labelling").get_by_role("button", name="Close").click(timeout=WORK)
    tab.sees(re.compile("corrected answers and .* to be labelled"))
    with ws.datasets.read("tickets") as con:
        rows = fetch(con, "from tickets where _row > 300")
    corrected = [row["text"] for row in rows if row["label"] == "refund"]
    assert 0.8 * wrong <= len(corrected) <= wrong + 1
    assert {row["split"] for row in rows} == {"train"}
    assert {row["label"] for row in rows} == {"refund", None}
    assert max(Counter(row["text"] for row in rows).values()) == 1
    assert [row["text"].split(" why")[0] for row in rows if "umbrella" in row["text"]] == ["Write to <EMAIL>"]


def _trained_again(tab: Tab, ws: Workspace) -> None:
    """It is trained as before on the newer version, and compared with the run that is served."""
    _chip(tab, "repeat run-1 on the newest version of tickets")
    _approved(tab, "run-2 is training", "tickets, version 2")
    expect(tab.page.locator("#tw-live")).to_contain_text("run-2 on tickets: done", timeout=WORK)
    _chip(tab, "is run-2 better than run-1?")
    tab.sees(re.compile("On the 50 rows of tickets that both were asked"), patience=WORK)
    first, second = ws.runs.get("run-1"), ws.runs.get("run-2")
    assert (second.version, second.plan["learning_rate"]) == (2, first.plan["learning_rate"])
    expect(tab.page.locator("#tw-chips")).to_contain_text("give run-2 a tenth of the requests to helpdesk")


def _rolled_out(tab: Tab, ws: Workspace, customers: Customers) -> None:
    """Its share grows until intervals that hold at every look show it to be no worse; then it is asked for the rest."""
    tab.rests()
    tab.say(ROLL_OUT)
    _approved(tab, "a share of 25% of", "run-2 and run-1 cannot be told apart|run-2 is better than run-1")
    expect(tab.page.locator("#tw-live")).to_contain_text("run-1 (75%) and run-2 (25%)")
    customers.ask_until(lambda: _noticed(ws, "ready"), LATER, "refund")
    assert _shares(ws) == {"run-1": 0.5, "run-2": 0.5}
    expect(tab.page.locator("#tw-live")).to_contain_text("It can have all of them")
    _chip(tab, "how is helpdesk doing in use?")
    tab.sees(re.compile("shown to be no worse"))
    _chip(tab, "deploy run-2 as helpdesk")
    _approved(tab, "what is asked of helpdesk goes to it", "It takes the place of run-1, run-2")
    until(lambda: _shares(ws) == {"run-2": 1.0})
    expect(tab.page.locator("#tw-box .submit-button")).to_be_visible(timeout=WORK)


def _taken_back(tab: Tab, ws: Workspace, customers: Customers) -> None:
    """The first run is tried once more, does harm, and is taken back by itself."""
    tab.rests()
    tab.say(ROLL_BACK)
    _approved(tab, "a share of 50% of", "the service goes back to run-2 by itself")
    customers.ask_until(lambda: _noticed(ws, "returned"), LATER, "refund")
    expect(tab.page.locator("#tw-live")).to_contain_text("helpdesk is back at run-2")
    expect(tab.page.locator("#tw-live")).to_contain_text("answers with run-2")


def _all_is_kept(ws: Workspace) -> None:
    service = ws.services.get("helpdesk")
    assert (_shares(ws), service.settings["returned"]["run"]) == ({"run-2": 1.0}, "run-1")
    assert [len(each.models) for each in ws.services.history("helpdesk")] == [1, 2, 2, 1, 2, 1]
    approvals = [each.approval for each in ws.services.history("helpdesk")]
    assert approvals[1] == approvals[2], "a step has the yes of its rollout"
    assert approvals[5] == approvals[3], "and a return the yes of what it returns to"
    requests = ws.requests.of("helpdesk")
    assert Counter(each.outcome for each in requests).keys() == {"answered"}
    assert {each.run for each in requests} == {"run-1", "run-2"}
    assert {each.kind for each in ws.requests.said("helpdesk")} == {"correction", "outcome"}


def _chip(tab: Tab, words: str) -> None:
    """Say what the assistant proposes."""
    tab.page.locator("#tw-chips").get_by_role("button", name=words, exact=True).click(timeout=WORK)


def _approved(tab: Tab, done: str, shown: str) -> None:
    """The card comes with what it has to say, and after a yes it is done."""
    expect(tab.card.locator("#tw-approve")).to_be_visible(timeout=WORK)
    tab.sees(re.compile(shown))
    tab.approve()
    tab.sees(re.compile(done), patience=WORK)


def _shares(ws: Workspace) -> dict[str, float]:
    return {each.run: each.share for each in ws.services.get("helpdesk").models}


def _noticed(ws: Workspace, what: str) -> list[Alert]:
    return [alert for alert in ws.requests.alerts("helpdesk") if what in alert.data]
