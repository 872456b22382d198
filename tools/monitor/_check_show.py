"""What is told of a service that was looked at."""

from collections.abc import Sequence
from contextlib import suppress

from store import NotFound, Workspace
from store.requests import Alert, Request
from tools.monitor._drift_chart import BEYOND_MIX
from tools.monitor._drifted import Drifted
from tools.monitor._figures import Figures, Quality
from tools.monitor._findable import SOON
from tools.monitor._over_time import asked_plot, labels_plot, novelty_plot, seconds_plot, when
from tools.monitor._rollout import Verdict, table_rows
from tools.plot import Plot
from tools.result import Table
from tools.words import counted

SHOWN_LABELS = 12
EXPECTED_NEW = 0.05


def figures_table(found: Figures, cost: tuple[float, str] | None) -> Table:
    """The figures, one a line."""
    rows: list[tuple[str, str]] = [
        ("requests", f"{found.requests:,} ({found.a_minute:.1f} a minute)"),
        *(
            (f"of these {name}", f"{number:,} ({number / found.requests:.1%})")
            for name, number in found.outcomes.items()
        ),
    ]
    if found.seconds:
        rows.append(("seconds, half and 95 of 100", f"{found.seconds[0]:.3g} and {found.seconds[1]:.3g}"))
    if found.first:
        rows.append(("seconds to the first token", f"{found.first[0]:.3g} and {found.first[1]:.3g}"))
    rows += [("tokens read", f"{found.read:,}"), ("tokens written", f"{found.written:,}")]
    rows += [
        ("declined by the model", _share(found.declined, found.answered)),
        ("empty", _share(found.empty, found.answered)),
    ]
    rows.append(
        ("cost", f"{cost[0]:,.4g}, {cost[1]}") if cost else ("processor time", f"{found.busy_seconds:,.0f} seconds")
    )
    return Table("Requests", ("what", "value"), rows)


def quality_table(found: Quality) -> Table | None:
    """What was said of the answers; None if nothing was."""
    right = found.accuracy
    if right is None:
        return None
    rows = [
        ("thumbs up", _share(found.up, found.thumbs)),
        ("corrections", f"{found.corrections:,}"),
        ("outcomes told", f"{found.outcomes:,}"),
        (
            "right, of the judged",
            f"{found.right:,} of {found.judged:,}: {right.value:.1%} ({right.low:.1%} to {right.high:.1%})",
        ),
    ]
    return Table("What was said of the answers", ("what", "value"), rows)


def drift_tables(found: Drifted) -> list[Table]:
    """How requests differ from the training rows, and examples of what is new."""
    rows = [("new requests", f"{found.new:,} of {found.compared:,}; {EXPECTED_NEW:.0%} are to be expected")]
    share = f"{found.findable:.0%} of requests" if found.findable else "none"
    rows.append((f"least that an alert would find in {SOON} requests", f"about {share}; {found.held:,} rows held out"))
    if found.domain:
        apart = found.domain
        rows.append(("told apart from training rows (AUC)", f"{apart.auc:.3f}; up to {apart.usual:.3f} by chance"))
    rows.append(("groups of meaning (PSI)", f"{found.clusters.psi:.3f}, p {found.clusters.p:.2g}"))
    if found.lengths:
        rows.append(("lengths against earlier requests (PSI)", f"{found.lengths.psi:.3f}, p {found.lengths.p:.2g}"))
    if found.labels:
        rows.append(("labels against training rows (PSI)", f"{found.labels.psi:.3f}, p {found.labels.p:.2g}"))
    for what, times in found.changes.items():
        rows += [(f"{what} changed", when(at)) for at in times]
    tables = [Table(f"What is asked, beside what {found.run} was trained on", ("what", "value"), rows)]
    if found.examples:
        tables.append(
            Table(
                "What is new", ("asked", "when"), [(str(each.prompt)[:300], when(each.at)) for each in found.examples]
            )
        )
    return tables


def labels_table(found: Figures, trained: dict[str, int]) -> Table | None:
    """The labels that were answered, beside those of the training rows."""
    if not found.labels:
        return None
    total, rows_trained = sum(found.labels.values()), sum(trained.values())
    names = sorted({*found.labels, *trained}, key=lambda name: -found.labels.get(name, 0))[:SHOWN_LABELS]
    rows = [
        (name, _share(found.labels.get(name, 0), total), _share(trained.get(name, 0), rows_trained)) for name in names
    ]
    return Table("Labels", ("label", "answered", "in training"), rows)


def rollout_table(verdict: Verdict) -> Table:
    """Both arms of a rollout, with intervals that hold at every look."""
    return Table(
        f"{verdict.new} beside {verdict.old}",
        ("what", verdict.old, verdict.new, "difference, at every look"),
        table_rows(verdict),
    )


def alerts_table(alerts: Sequence[Alert]) -> Table | None:
    """What was noticed, newest first."""
    rows = [(when(alert.at), alert.kind, alert.sentence) for alert in reversed(alerts)]
    return Table("Alerts", ("when", "about", "what"), rows[:10]) if rows else None


def noticed_tables(ws: Workspace, alerts: Sequence[Alert]) -> list[Table]:
    """The requests that the newest alert of drift was about; none if texts are not kept."""
    told = [alert for alert in alerts if alert.data.get("examples")][-1:]
    return [
        Table(f"What was new at the alert of {when(alert.at)}", ("asked", "when"), rows)
        for alert in told
        if (rows := [(str(each.prompt)[:300], when(each.at)) for each in _kept(ws, alert) if each.prompt])
    ]


def _kept(ws: Workspace, alert: Alert) -> list[Request]:
    found: list[Request] = []
    for request in alert.data["examples"]:
        with suppress(NotFound):  # an old request may be forgotten
            found.append(ws.requests.get(request))
    return found


def plots(requests: Sequence[Request], drift: Drifted | None) -> list[Plot]:
    """The service over time."""
    found = [asked_plot(requests), seconds_plot(requests), labels_plot(requests)]
    return [plot for plot in (*found, novelty_plot(drift.ranks if drift else [])) if plot]


def drift_words(found: Drifted | None, kept: bool) -> str:
    """Whether what is asked has changed, and what can be done to see more."""
    if found is None:
        return "Drift cannot be told: it needs 200 training rows and the vectors of requests."
    more = found.new > 2 * EXPECTED_NEW * found.compared and found.beyond_mix >= BEYOND_MIX
    new = more and bool(found.domain and found.domain.p < 0.01)
    if not new and not found.clusters.moved and not (found.labels and found.labels.moved):
        return f"What is asked is like what {found.run} was trained on."
    if not new:
        return (
            f"The mix of what is asked is another than what {found.run} was trained on, of kinds that it knows: "
            f"{found.new:,} of {counted(found.compared, 'request')} are new to it."
        )
    words = (
        f"What is asked differs from what {found.run} was trained on: {found.new:,} of "
        f"{counted(found.compared, 'request')} are new to it."
    )
    return (
        words
        if kept
        else f"{words} Texts are not kept, so there are no examples; deploy again with texts kept to see some."
    )


def _share(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,} ({part / whole:.1%})" if whole else "none"
