"""The Space as it is started there: two users and a guest, who see nothing of one another, whatever they send."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.space.emulated import Person, Space, session, space
from tests.waiting import until

pytestmark = pytest.mark.timeout(600)
ROWS = b"text,label\nmy secret diary,a\nanother page,b\n"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Space]:
    with space(tmp_path_factory.mktemp("space"), TUNEWRIGHT_MOST_GUESTS="3") as running:
        yield running


def say(person: Person, text: str, *files: str) -> str:
    """Send words and files as the box does; gives what the conversation shows then."""
    sent = [{"path": path, "meta": {"_type": "gradio.FileData"}} for path in files]
    person.call("say", "main", {"text": text, "files": sent})
    return json.dumps(person.call("show_talk", "main"))


def test_it_runs_from_the_copy_and_says_who_one_is(running: Space):
    ana, guest = running.user("ana"), running.guest()
    assert "Signed in as ana." in ana.call("greet")[0]
    assert "You are a guest. All you do here is deleted 30 minutes after you leave" in guest.call("greet")[0]
    homes = sorted(path.relative_to(running.home).as_posix() for path in running.home.glob("*/*"))
    assert homes[0].startswith("guests/") and homes[1] == "users/id-of-ana"
    told = Path(f"/proc/{running.process.pid}/maps").read_text()
    assert "/work/main/" not in told.replace("/work/main/.venv", "")


def test_what_one_says_and_brings_nobody_else_sees(running: Space):
    ana, ben, guest = running.user("ana"), running.user("ben"), running.guest()
    path = ana.upload("diary.csv", ROWS)
    ana.call("begin", "secret plans")
    assert "I uploaded diary.csv" in say(ana, "", path)
    assert ana.http.get(f"/gradio_api/file={path}").status_code == 200
    for other in (ben, guest):
        for project in ("main", "secret_plans", "../id-of-ana/main", "users/id-of-ana"):
            assert "diary" not in json.dumps(other.call("show_talk", project))
            assert "secret_plans" not in json.dumps(other.call("show_talk", project))
        assert other.http.get(f"/gradio_api/file={path}").status_code == 404
        assert "diary" not in say(other, "mine now", path)  # forged: it names what somebody else brought
        assert not [found for found in _home(running, other).rglob("*") if "diary" in found.name]


def test_a_session_belongs_to_whoever_began_it(running: Space):
    ana, ben = running.user("ana"), running.user("ben")
    ana.call("show_talk", "main")
    with pytest.raises(PermissionError, match="403 .*somebody else's"):
        ben.call("show_talk", "main", session=ana.session)
    for address in (f"queue/data?session_hash={ana.session}", f"heartbeat/{ana.session}"):
        assert ben.http.get(f"/gradio_api/{address}").status_code == 403
    cancel = {"session_hash": ana.session, "fn_index": 0, "event_id": "x"}
    assert ben.http.post("/gradio_api/cancel", json=cancel).status_code == 403


@pytest.mark.parametrize(
    "address",
    ["call/show_talk", "run/show_talk", "api/show_talk", "call/v2/show_talk", "component_server", "vibe-edit"],
)
def test_programs_have_no_other_way_in(running: Space, address: str):
    sent = running.user("ben").http.post(f"/gradio_api/{address}", json={"data": ["main"], "session_hash": "abc"})
    assert sent.status_code == 404


@pytest.mark.parametrize(
    "path", ["home/users/id-of-ana/workspace.sqlite", "app/app.py", "log.txt", "gradio/../home/users/id-of-ana/talk"]
)
def test_no_file_of_the_machine_is_served(running: Space, path: str):
    assert running.user("ben").http.get(f"/gradio_api/file={running.folder / path}").status_code == 404
    assert running.user("ben").http.get(f"/gradio_api/file/{running.folder / path}").status_code == 404


def test_nobody_is_taken_for_somebody_by_what_a_browser_can_write(running: Space):
    forged = [
        f"session={session('ana', secret='guessed')}",
        f"session={session('ana', expires_at=time.time() - 1)}",
        "tunewright-guest=ana.0000",
        f"tunewright-guest={running.guest().cookie.split('=')[1].split('.')[0]}.{'0' * 64}",
        "",
    ]
    for cookie in forged:
        person = Person(running, cookie)
        with pytest.raises(PermissionError, match="403 .*does not know you"):
            person.call("show_talk", "main")


def test_another_site_cannot_ask_in_a_visitors_name(running: Space):
    ana = running.user("ana")
    ana.http.headers["Sec-Fetch-Site"] = "cross-site"
    with pytest.raises(PermissionError, match="403 .*Another site"):
        ana.call("show_talk", "main")


def test_a_guest_too_many_is_told_to_sign_in(running: Space):
    while "set-cookie" in (page := httpx.get(running.address + "/")).headers:
        Person(running, page.headers["set-cookie"].split(";")[0]).call("greet")
    full = httpx.get(running.address + "/")
    assert full.status_code == 503 and "Sign in with Hugging Face" in full.text
    assert running.user("cleo").http.get("/").status_code == 200


def test_after_a_restart_no_guest_of_before_is_known_and_their_files_are_gone(tmp_path: Path):
    with space(tmp_path) as first:
        guest = first.guest()
        say(guest, "hello")
        assert list((first.home / "guests").iterdir())
    with space(tmp_path) as second:
        until(lambda: not list((second.home / "guests").glob("*")), 30)
        with pytest.raises(PermissionError, match="does not know you"):
            Person(second, guest.cookie).call("show_talk", "main")


def _home(running: Space, person: Person) -> Path:
    kind, id_ = ("users", "id-of-ben") if "session" in person.cookie else ("guests", person.cookie[17:].split(".")[0])
    return running.home / kind / id_
