"""What a service refuses, what it stops, and what it writes down."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from store import StoreError, Workspace
from store.services import ServedModel
from tests.deploy.served import CHAT, Served, model, serving, tiny
from tests.waiting import until
from tools.deploy.service.settings import ServiceSettings
from tools.deploy.service.split import chosen


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny(tmp_path_factory.mktemp("export"))


def test_a_key_has_its_own_limits(served: Served):
    id_, secret = served.key_with(requests_a_minute=2, models=["one"])
    headers = {"Authorization": f"Bearer {secret}"}
    body = {"model": "one", "messages": CHAT, "max_tokens": 1}
    said = [httpx.post(f"{served.url}/v1/chat/completions", json=body, headers=headers) for _ in range(3)]
    assert [each.status_code for each in said] == [200, 200, 429]
    assert 1 <= int(said[2].headers["retry-after"]) <= 61
    assert said[2].json()["error"]["type"] == "rate_limit_error"
    assert [each["id"] for each in httpx.get(f"{served.url}/v1/models", headers=headers).json()["data"]] == ["one"]
    until(lambda: len([each for each in served.ws.requests.of("desk") if each.key == id_]) == 3)
    assert [each.outcome for each in served.ws.requests.of("desk") if each.key == id_] == [
        "answered", "answered", "refused",
    ]  # fmt: skip


def test_a_key_for_one_model_does_not_open_the_other(served: Served):
    _, secret = served.key_with(models=["one"])
    headers = {"Authorization": f"Bearer {secret}"}
    body = {"model": "two", "messages": CHAT, "max_tokens": 1}
    refused = httpx.post(f"{served.url}/v1/chat/completions", json=body, headers=headers)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "model_not_allowed")


def test_the_tokens_of_a_day_are_counted_also_over_a_restart(empty: Workspace, export: Path):
    with serving(empty, "desk", model("one", export)) as running:
        id_, secret = running.key_with(tokens_a_day=40)
        headers, body = {"Authorization": f"Bearer {secret}"}, {"model": "one", "messages": CHAT, "max_tokens": 20}
        url = f"{running.url}/v1/chat/completions"
        assert httpx.post(url, json=body, headers=headers).status_code == 200
        assert httpx.post(url, json=body, headers=headers).status_code in (200, 429)
        running.until_recorded(2)
        running.kill()
        empty.services.begin_again()
        running.until_ready()
        refused = httpx.post(url, json=body, headers=headers)
        assert (refused.status_code, refused.json()["error"]["code"]) == (429, "tokens_a_day")
        assert running.chat("one").status_code == 200
        assert sum(each.completion_tokens for each in empty.requests.of("desk") if each.key == id_) > 0


def test_a_revoked_key_opens_nothing(served: Served):
    id_, secret = served.key_with()
    with served.ws.approvals.typed("change_service", {}):
        served.ws.services.revoke_key(id_)
    headers = {"Authorization": f"Bearer {secret}"}
    until(lambda: httpx.get(f"{served.url}/v1/models", headers=headers).status_code == 401, 10)


def test_without_a_key_only_health_is_told(served: Served):
    assert httpx.get(f"{served.url}/health").json() == {"status": "ok"}
    assert httpx.get(f"{served.url}/ready").json() == {"status": "ready"}
    for path in ("/v1/models", "/metrics", "/docs", "/nothing"):
        refused = httpx.get(f"{served.url}{path}", headers={"Origin": "https://example.org"})
        assert refused.status_code == 401
        assert refused.json()["error"]["code"] == "invalid_api_key"
        assert "access-control-allow-origin" not in refused.headers


def test_a_body_that_is_too_long_is_refused_whatever_its_header_says(served: Served):
    body = b'{"model": "one", "messages": [{"role": "user", "content": "' + b"a" * 1_000_000 + b'"}]}'
    with served.client as client:
        assert client.post("/v1/chat/completions", content=body).status_code == 413
        pieces = (body[at : at + 9999] for at in range(0, len(body), 9999))
        assert client.post("/v1/chat/completions", content=pieces).status_code == 413
        wrong = client.post("/v1/chat/completions", content=b"{")
    assert (wrong.status_code, wrong.json()["error"]["type"]) == (400, "invalid_request_error")


def test_more_than_may_wait_are_sent_away_with_the_time_to_come_again(empty: Workspace, export: Path):
    with serving(empty, "desk", model("one", export), parallel=1, queue=1) as running:
        with ThreadPoolExecutor(8) as pool:
            said = list(pool.map(lambda seed: running.chat("one", max_tokens=300, seed=seed), range(8)))
        assert {each.status_code for each in said} == {200, 429}
        assert all(int(each.headers["retry-after"]) >= 1 for each in said if each.status_code == 429)
        running.until_recorded(8)
        assert {each.outcome for each in empty.requests.of("desk")} == {"answered", "refused"}


def test_an_answer_that_takes_too_long_is_given_up(empty: Workspace, export: Path):
    with serving(empty, "desk", model("one", export), request_seconds=0.01) as running:
        late = running.chat("one", max_tokens=450, temperature=2, response_format={"type": "json_object"})
        assert (late.status_code, late.json()["error"]["code"]) == (504, "timeout")
        running.until_recorded(1)
        assert empty.requests.of("desk")[0].outcome == "failed"


def test_a_client_that_leaves_stops_the_model(empty: Workspace, tmp_path: Path):
    long = tiny(tmp_path, context=60_000)
    endless = {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 9}, "minItems": 20_000}
    form = {"type": "json_schema", "json_schema": {"name": "long", "schema": endless}}
    with serving(empty, "desk", model("one", long), parallel=1, context_tokens=60_000, most_tokens=50_000) as running:
        for stream in (True, False):
            body = {"model": "one", "messages": CHAT, "max_tokens": 50_000, "stream": stream, "response_format": form}
            with running.client as client, pytest.raises(httpx.ReadTimeout):
                with client.stream("POST", "/v1/chat/completions", json=body, timeout=2) as response:
                    began = time.monotonic()
                    for _ in response.iter_lines():
                        if time.monotonic() > began + 0.5:
                            raise httpx.ReadTimeout("as one who closes the page")
        assert running.chat("one", max_tokens=1).status_code == 200  # there is one place, and it is free again
        running.until_recorded(3)
        left = empty.requests.of("desk")[:2]
        assert [(each.outcome, each.status) for each in left] == [("cancelled", 499)] * 2
        assert all(each.completion_tokens < 50_000 for each in left)


def test_texts_are_kept_only_if_wished_and_masked(served: Served, empty: Workspace, export: Path):
    said = [{"role": "user", "content": "My mail is jane.roe@example.org, where is my order?"}]
    id_ = served.post("/v1/chat/completions", {"model": "one", "messages": said, "max_tokens": 1}).json()["id"]
    until(lambda: any(each.id == id_ for each in served.ws.requests.of("desk")))
    assert served.ws.requests.get(id_).prompt == "My mail is <EMAIL>, where is my order?"
    with serving(empty, "night", model("one", export), keep_features=False) as running:
        assert running.post("/v1/chat/completions", {"model": "one", "messages": said, "max_tokens": 1}).is_success
        running.until_recorded(1)
    kept = empty.requests.of("night")[0]
    assert (kept.prompt, kept.answer, kept.features) == (None, None, None)
    assert len(served.ws.requests.get(id_).features or b"") == 512


def test_a_split_is_kept_to_by_user_and_can_be_worked_out_again(served: Served):
    def asked(user: str) -> str:
        return str(served.chat("desk", max_tokens=1, user=user).json()["model"])

    users = [f"user {number}" for number in range(12)]
    first, again = [asked(user) for user in users], [asked(user) for user in users]
    models = served.ws.services.get("desk").models
    assert first == again == [chosen("desk", models, user).name for user in users]  # pyright: ignore
    assert set(first) == {"one", "two"}
    free = served.chat("desk", max_tokens=1).json()
    assert free["model"] == chosen("desk", models, free["id"]).name  # pyright: ignore


def test_shares_are_met_and_one_that_grows_takes_from_its_neighbour_alone():
    def dealt(share: float) -> list[str]:
        models = tuple(
            ServedModel(name, "", "", "llama", "generate", part) for name, part in (("old", 1 - share), ("new", share))
        )
        return [chosen("desk", models, str(number)).name for number in range(4000)]  # pyright: ignore

    small, large = dealt(0.1), dealt(0.4)
    assert abs(small.count("new") / 4000 - 0.1) < 0.02
    assert abs(large.count("new") / 4000 - 0.4) < 0.03
    assert all(after == "new" for before, after in zip(small, large, strict=True) if before == "new")


def test_settings_are_checked():
    assert ServiceSettings.read({"port": 9000, "webhook": "https://example.org"}).port == 9000
    for wrong in ({"port": "8000"}, {"port": 99_999}, {"parallel": 0}, {"queue": -1}, {"keep_texts": 1}):
        with pytest.raises(StoreError):
            ServiceSettings.read(wrong)


def test_a_client_that_sends_half_a_request_harms_no_other(served: Served):
    host, port = served.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as half:
        half.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nHost: desk\r\nContent-Length: 100\r\n")
        assert served.chat("one").status_code == 200
