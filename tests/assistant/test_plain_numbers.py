"""Numbers that the words alone tell, so that the model is not asked for them."""

from typing import Any

import pytest

from assistant.numbers import is_number
from assistant.parts import plain
from assistant.said import OPEN, OUT, Said
from assistant.transcript import Done, Turn
from store import Workspace
from tools import TOOLS


def told(ws: Workspace, tool: str, wish: str, *earlier: Turn) -> dict[str, Any]:
    """What is beyond doubt about the arguments of a tool that are numbers; OPEN where the model is asked."""
    schema = TOOLS[tool].schema(ws)
    parts = {name: plain(part, schema.get("$defs", {})) for name, part in schema["properties"].items()}
    said = Said([*earlier, Turn(wish)], parts, [])
    settled = {name: said.settle(name, part) for name, part in parts.items() if is_number(part)}
    return {name: value for name, value in settled.items() if value is not OUT}


def before(tool: str, said: str = "", **arguments: Any) -> Turn:
    return Turn("do it", [Done(tool, arguments, "", failed=False)], said)


@pytest.mark.parametrize(
    ("wish", "first", "then"),
    [
        ("how does v2 of tickets differ from v6", 2, 6),
        ("diff version 9 against version 4", 4, 9),
        ("tickets 2→5", 2, 5),
        ("versions 1-4 of tickets", 1, 4),
        ("what happened from 3 until now", 3, None),
        ("what went between the second and the fifth state", 2, 5),
        ("3rd vs 6th", 3, 6),
        ("which 12 letters are gone since version 4", 4, None),
        ("compare the raw ones with version 5", 1, 5),
        ("what is different since we uploaded them", 1, None),
        ("between the import and version 3", 1, 3),
        ("how many original labels differ between 2 and 3", 2, 3),
        ("what did version 6 change", 5, 6),
        ("version 4 and the one after", 4, 5),
        ("version 4 against the one before", 3, 4),
        ("zwischen 2 und 7", 2, 7),
        ("entre la 3 y la 4", 3, 4),
        ("what did the last change do", None, None),
    ],
)
def test_two_versions_are_told_by_their_numbers(ws: Workspace, wish: str, first: int | None, then: int | None) -> None:
    found = told(ws, "compare_versions", wish)
    assert (found.get("from_version"), found.get("to_version")) == (first, then)


def test_a_later_version_goes_with_the_earlier_one_of_before(ws: Workspace) -> None:
    found = told(ws, "compare_versions", "and up to 6?", before("compare_versions", from_version=3, to_version=5))
    assert found == {"from_version": 3, "to_version": 6}


@pytest.mark.parametrize(
    ("wish", "version"),
    [
        ("tickets v4 as csv", 4),
        ("the fourth version to a file", 4),
        ("v2, sorry, v3", 3),
        ("v3, not v2", 3),
        ("as it was at 5", 5),
        ("the original, please", 1),
        ("two files, one for each split", None),
        ("write it into acme/words-v2", None),
    ],
)
def test_one_version_is_told_by_its_number(ws: Workspace, wish: str, version: int | None) -> None:
    assert told(ws, "export_dataset", wish).get("version") == version


@pytest.mark.parametrize(
    ("wish", "step"),
    [
        ("take step 4 back", 4),
        ("undo the 3rd change alone", 3),
        ("keep step 2, undo step 3", 3),
        ("step five was a mistake, the sixth is fine", 5),
        ("Schritt 2 bitte zurück", 2),
        ("undo 4, leave 5 and 6", 4),
        ("of its seven steps, undo the masking", None),
    ],
)
def test_the_step_that_goes_is_none_that_stays(ws: Workspace, wish: str, step: int | None) -> None:
    assert told(ws, "undo_step", wish).get("step") == step


@pytest.mark.parametrize(
    ("wish", "minutes"),
    [
        ("you have 4 hours", 240),
        ("a quarter of an hour is all", 15),
        ("an hour and 20", 80),
        ("take an hour and a half", 90),
        ("half an hour", None),  # what it is anyway
        ("1h15", 75),
        ("a two-hour search", 120),
        ("let it work overnight", 480),
        ("eine Dreiviertelstunde, also 45 Minuten", 45),
        ("deux heures", 120),
        ("the last one took 3 hours", None),
        ("we write 40 letters an hour", None),
        ("the night_calls", None),
    ],
)
def test_how_long_is_put_into_minutes(ws: Workspace, wish: str, minutes: int | None) -> None:
    found = told(ws, "tune_settings", wish).get("minutes")
    assert (None if found == 30 else found) == minutes


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ("the last 6 hours", {"hours": 6}),
        ("over the past half hour", {"hours": 0.5}),
        ("the last 45 minutes", {"hours": 0.75}),
        ("these three days", {"hours": 72}),
        ("how was the past week", {"hours": 168}),
        ("und heute?", {"hours": 24}),
        ("it has been up for 2 days", {}),
        ("the machine costs 90 an hour", {"hour_price": 90}),
        ("0.45/h for the last 12 hours", {"hours": 12, "hour_price": 0.45}),
        ("at 3 cents an hour", {"hour_price": 0.03}),
        ("0,7 € pro Stunde", {"hour_price": 0.7}),
        ("the server is 2.20 and a thousand tokens are 0.03", {"hour_price": 2.2, "token_price": 0.03}),
        ("tokens at 4 per million", {"token_price": 0.004}),
        ("is anything wrong with it?", {}),
    ],
)
def test_times_are_no_prices(ws: Workspace, wish: str, found: dict[str, float]) -> None:
    assert told(ws, "check_service", wish) == pytest.approx(found)


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ("a key for the app, 15 per min", {"requests_a_minute": 15}),
        ("3 million tokens daily", {"tokens_a_day": 3_000_000}),
        ("25 calls a minute and 40k tokens a day", {"requests_a_minute": 25, "tokens_a_day": 40_000}),
        ("two requests per second", {"requests_a_minute": 120}),
        ("a key for floor 7", {}),
        ("one for the night shift", {}),
    ],
)
def test_limits_are_told_by_what_they_limit(ws: Workspace, wish: str, found: dict[str, int]) -> None:
    assert told(ws, "change_service", wish) == found


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ("give it a tenth of the requests", {"share": 0.1}),
        ("1 in 5 for the new one", {"share": 0.2}),
        ("4 out of every 100", {"share": 0.04}),
        ("fifty-fifty", {"share": 0.5}),
        ("ein Viertel der Anfragen", {"share": 0.25}),
        ("on 8123, please", {"port": 8123}),
        ("12 % at first, port 9001", {"share": 0.12, "port": 9001}),
        ("a third service", {}),
        ("for the 30 people of our desk", {}),
    ],
)
def test_a_share_is_a_part_of_the_requests(ws: Workspace, wish: str, found: dict[str, float]) -> None:
    assert told(ws, "deploy_run", wish) == pytest.approx(found)


@pytest.mark.parametrize(
    ("tool", "wish", "found"),
    [
        ("label_rows", "two nurses label 250 letters, a fifth by both", {"rows": 250, "share": 0.2}),
        ("label_rows", "each row by two people", {"share": 1}),
        ("label_rows", "I will look at the 90 letters without stars", {}),
        ("label_rows", "there are three of us", {}),
        ("blind_test", "ask two colleagues, 35 pairs, seed 6", {"rows": 35, "seed": 6}),
        ("judge_answers", "let it judge 70 answers", {"rows": 70}),
        ("explain_run", "over 150 mails", {"rows": 150}),
        ("learn_from_use", "nothing to label", {"rows": 0}),
        ("learn_from_use", "only 8 for us to judge", {"rows": 8}),
        ("learn_from_use", "200 corrections came in", {}),
        ("train_federated", "nine bakeries, 12 rounds", {"clients": 9, "rounds": 12}),
        ("train_federated", "eps 3 delta 1e-6 clip 0.4", {"epsilon": 3, "delta": 1e-6, "clip": 0.4}),
        ("train_federated", "noise multiplier of 1.2 and clipping norm 0.3", {"noise": 1.2, "clip": 0.3}),
        ("train_federated", "federated learning among ten", {"clients": 10}),
        ("repeat_training", "bs 8 and 2.5e-4", {"batch_size": 8, "learning_rate": 2.5e-4}),
        ("repeat_training", "thirty-five epochs, rank 24", {"epochs": 35, "rank": 24}),
        ("repeat_training", "mit Batchgröße 12", {"batch_size": 12}),
        ("repeat_training", "with twice the epochs", {}),
        ("repeat_training", "once more, on the second run", {}),
        ("trace_number", "where is 62.5 % from", {"number": 0.625}),
        ("trace_number", "the 0.77 of run-3 and version 2", {"number": 0.77}),
        ("trace_number", "who counted 4,300 rows", {"number": 4300}),
    ],
)
def test_a_number_counts_what_stands_beside_it(ws: Workspace, tool: str, wish: str, found: dict[str, float]) -> None:
    assert told(ws, tool, wish) == pytest.approx(found)


@pytest.mark.parametrize(
    ("wish", "earlier", "found"),
    [
        ("then 9", before("repeat_training", seed=4), {"seed": 9}),
        ("no, 24", before("repeat_training", rank=8), {"rank": 24}),
        ("acht statt sechs", before("repeat_training", rank=6, epochs=3), {"rank": 8}),
        ("5 instead of 3", before("repeat_training", rank=6, epochs=3), {"epochs": 5}),
        ("make that 7", before("repeat_training", rank=6, epochs=3), {"epochs": OPEN, "rank": OPEN}),
        ("5e-5", before("repeat_training", rank=6), {"learning_rate": 5e-5}),
    ],
)
def test_a_number_alone_changes_the_one_of_before(
    ws: Workspace, wish: str, earlier: Turn, found: dict[str, float]
) -> None:
    assert told(ws, "repeat_training", wish, earlier) == found


@pytest.mark.parametrize(
    ("tool", "wish", "earlier", "found"),
    [
        ("tune_settings", "now the letters, same budget", before("tune_settings", minutes=50), {"minutes": 50}),
        ("tune_settings", "the mails, but half the time", before("tune_settings", minutes=50), {"minutes": 25}),
        ("learn_from_use", "twice as many", before("learn_from_use", rows=30), {"rows": 60}),
        ("train_federated", "eight", before("train_federated", "Across 3 shops, in 10 rounds?"), {"rounds": 8}),
    ],
)
def test_what_was_before_is_scaled(ws: Workspace, tool: str, wish: str, earlier: Turn, found: dict[str, float]) -> None:
    assert told(ws, tool, wish, earlier) == found
