"""Look at each new request of a service, and warn when something has changed for the worse."""

import logging
import os
import threading
from pathlib import Path
from typing import Any

from store import StoreError, Workspace
from store.requests import Alert, Feedback, Request
from store.services import Service
from tools.monitor._charts import MOST_COMPLAINTS, RATES, RateChart, SlowChart
from tools.monitor._complaints import is_wrong
from tools.monitor._drift_chart import DriftChart, Noticed
from tools.monitor._drift_chart import in_words as drift_in_words
from tools.monitor._over_time import when
from tools.monitor._rollout import EACH_STEP, Verdict, in_words, judged
from tools.monitor._trained_on import known_to
from tools.monitor._webhook import ADDRESS, Webhook

log = logging.getLogger(__name__)
EVERY_SECONDS = 2.0
REPLAYED = 20_000
"""Requests that are looked at again when the process begins, to know what is usual."""


class Watcher:
    """Watches one service; give it a thread with `start`, or call `look` where there is a loop already.

    Args:
        home: The workspace.
        project: The project.
        service: The service.
    """

    def __init__(self, home: Path, project: str, service: str) -> None:
        self._home, self._project, self._service = home, project, service
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name=f"watches {service}", daemon=True)

    def start(self) -> None:
        """Watch from now on, in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Watch no more."""
        self._ended.set()
        self._thread.join(10)

    def _work(self) -> None:
        with Workspace(self._home, self._project) as ws:
            watch = Watch(ws, self._service)
            while not self._ended.wait(EVERY_SECONDS):
                try:
                    watch.look()
                except StoreError as error:  # the disk is full, or the workspace is in use: try again
                    log.warning("could not look at %s: %s", self._service, error)
            watch.close()


class Watch:
    """What is known of a service so far. It is made again from the store when a process begins."""

    def __init__(self, ws: Workspace, service: str) -> None:
        self._ws, self._service = ws, service
        self._rates = {kind: RateChart(rate.most) for kind, rate in RATES.items()}
        self._slow, self._quality = SlowChart(), RateChart(MOST_COMPLAINTS)
        self._drift: DriftChart | None = None
        self._run, self._version = "", 0
        self._webhook: Webhook | None = None
        told = [alert.data for alert in ws.requests.alerts(service)]
        self._told = max((int(data.get("place", 0)) for data in told), default=0)
        self._told_of = max((int(data.get("said", 0)) for data in told), default=0)
        self._said, self._moved = 0, True
        self._seen = ws.requests.place(service, REPLAYED)

    def look(self) -> list[Alert]:
        """Look at what is new; the alerts that it gave rise to."""
        service = self._ws.services.get(self._service)
        self._know(service)
        new = [*self._requests(), *self._feedback()]
        made = [self._warn(alert) for alert in new]
        if self._moved and service.state == "serving" and (alert := self._rollout(service)):
            made.append(self._warn(alert))
        self._moved = False
        return made

    def close(self) -> None:
        """Send nothing more."""
        if self._webhook:
            self._webhook.close()

    def _know(self, service: Service) -> None:
        """Look at what the service is now: another model knows something else, and alerts may go elsewhere."""
        if service.version == self._version:
            return
        self._version = service.version
        run = max(service.models, key=lambda each: each.share).run if service.models else ""
        if run != self._run:
            self._run = run
            known = known_to(self._ws, run) if run else None
            self._drift = DriftChart(known.novelty) if known else None
        self.close()
        address = service.settings.get("webhook") or os.environ.get(ADDRESS)
        self._webhook = Webhook(address) if address else None

    def _requests(self) -> list[Alert]:
        found: list[Alert] = []
        while new := self._ws.requests.news(self._service, self._seen):
            for place, request in new:
                found += [alert for alert in self._looked_at(request, place) if place > self._told]
            self._seen, self._moved = new[-1][0], True
        return found

    def _looked_at(self, request: Request, place: int) -> list[Alert]:
        found: list[Alert] = []
        for kind, chart in self._rates.items():
            happened = RATES[kind].happened(request)
            if happened is not None and chart.add(happened):
                bad, of = chart.told
                usual = f"{chart.detector.allowed:.0%}"
                found.append(
                    self._alert(kind, RATES[kind].sentence.format(bad=bad, of=of, usual=usual), place, bad, of)
                )
        if request.outcome == "answered" and self._slow.add(request.seconds):
            bad, of = self._slow.rate.told
            sentence = (
                f"{bad} of the last {of} answers took longer than {self._slow.limit:.2g} seconds, which few did before."
            )
            found.append(self._alert("latency", sentence, place, bad, of))
        if self._drift and (new := self._drift.add(request)):
            found.append(self._drifted(new, place))
        return found

    def _drifted(self, new: Noticed, place: int) -> Alert:
        sentence = drift_in_words(new, self._run, when(new.since))
        more = {"since": new.since, "share": list(new.share), "mix": new.mix, "examples": new.examples}
        return self._alert("drift", sentence, place, new.bad, new.of, **more)

    def _feedback(self) -> list[Alert]:
        found: list[Alert] = []
        for place, said in self._ws.requests.heard(self._service, self._said):
            self._said, self._moved = place, True
            if self._quality.add(self._wrong(said)) and place > self._told_of:
                bad, of = self._quality.told
                usual = f"{self._quality.detector.allowed:.0%}"
                sentence = f"{bad} of the last {of} answers that were judged were found wrong; up to {usual} is usual."
                found.append(self._alert("quality", sentence, 0, bad, of, said=place))
        return found

    def _wrong(self, said: Feedback) -> bool:
        return is_wrong(said, self._ws.requests.get(said.request).label)

    def _rollout(self, service: Service) -> Alert | None:
        """Take a rollout back, a step further, or say that it can be ended."""
        verdict = judged(self._ws, service)
        if verdict is None:
            return None
        if harm := verdict.harm:
            sentence = in_words(verdict, service.name)
            if self._ws.services.go_back(service.name, service.version, sentence) is None:
                return None
            told = f"{sentence} {service.name} is back at {verdict.old}, as it was before."
            return self._alert("rollout", told, 0, harm.new.bad, harm.new.requests, returned=verdict.new)
        return self._further(service, verdict)

    def _further(self, service: Service, verdict: Verdict) -> Alert | None:
        plan: dict[str, Any] = service.settings["rollout"]
        last = plan["at"] + 1 == len(plan["steps"])
        if not last and verdict.answered >= EACH_STEP * (plan["at"] + 1):
            self._ws.services.step(service.name, service.version)  # the rest is looked at when more was asked
            return None
        if not (last and verdict.ready):
            return None
        told = [alert.data.get("ready") for alert in self._ws.requests.alerts(service.name)]
        if f"{verdict.new} {plan['before']}" in told:
            return None
        sentence = f"{in_words(verdict, service.name)} It can have all of them: deploy {verdict.new}."
        return self._alert("rollout", sentence, 0, 0, verdict.answered, ready=f"{verdict.new} {plan['before']}")

    def _alert(self, kind: str, sentence: str, place: int, bad: int, of: int, **more: Any) -> Alert:
        return Alert(self._service, kind, sentence, {"place": place, "bad": bad, "of": of, "run": self._run, **more})

    def _warn(self, alert: Alert) -> Alert:
        kept = self._ws.requests.warn(alert)
        if self._webhook:
            self._webhook.send(kept)
        return kept
