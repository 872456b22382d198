"""Files as people have them: broken, odd, huge, hostile. A clear sentence each, and nothing lost in silence."""

import os
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from store import Workspace
from tests.data.conftest import Load, rows_of
from tools import TOOLS, ToolError

UMLAUTS = "text,label\nDas Gerät läuft für mich nicht — schade,schlecht\nSehr schön und günstig,gut\n"


def refused(ws: Workspace, file: str, content: bytes) -> str:
    (ws.uploads / file).write_bytes(content)
    with pytest.raises(ToolError) as told:
        TOOLS["load_dataset"].show_first(ws, {"source": file})
    assert str(ws.home) not in str(told.value)
    return str(told.value)


@pytest.mark.parametrize("content", [b"", b"  \n\n \n"])
def test_an_empty_file(empty: Workspace, content: bytes):
    assert refused(empty, "none.csv", content) == "none.csv is empty: there is nothing to load."


def test_a_header_and_nothing_else(empty: Workspace):
    assert "has a header (text, label) and no rows" in refused(empty, "head.csv", b"text,label\n")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "a picture"),
        (random.Random(1).randbytes(5000), "binary data"),
        (bytes(5000), "binary data"),
    ],
)
@pytest.mark.parametrize("file", ["table.csv", "table.jsonl", "table.json", "table"])
def test_a_binary_file_renamed(empty: Workspace, file: str, content: bytes, why: str):
    told = refused(empty, file, content)
    assert "is not a text file" in told
    assert why in told


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"PK\x03\x04" + bytes(500), "is damaged, or not the whole of a ZIP archive"),
        (b"%PDF-1.7\n" + bytes(500), "is damaged, or not a whole PDF document"),
        (b"\x1f\x8b" + bytes(500), "is damaged and cannot be unpacked"),
    ],
)
def test_a_damaged_container_renamed(empty: Workspace, content: bytes, why: str):
    assert why in refused(empty, "table.csv", content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_encodings_are_recognised(empty: Workspace, load: Load, encoding: str):
    load(UMLAUTS.encode(encoding), "de.csv")
    assert [row["text"] for row in rows_of(empty, "de")] == [
        "Das Gerät läuft für mich nicht — schade",
        "Sehr schön und günstig",
    ]


def test_latin_1_is_recognised_and_named(empty: Workspace, load: Load):
    content = UMLAUTS.replace("—", "-").encode("latin-1")
    load(content, "de.csv")
    assert rows_of(empty, "de")[1]["text"] == "Sehr schön und günstig"
    shown = TOOLS["load_dataset"].show_first(empty, {"source": "de.csv", "name": "again"})
    assert ("encoding", "Latin-1 (ISO 8859-1)") in shown.tables[2].rows


def test_cyrillic_in_its_old_encoding(empty: Workspace, load: Load):
    text = "Это очень хороший товар и я рекомендую его всем своим друзьям"
    load(f"text,label\n{text},да\nПлохое качество и долгая доставка заказа,нет\n".encode("cp1251"), "ru.csv")
    assert rows_of(empty, "ru")[0] == {"text": text, "label": "да"}


def test_a_few_bytes_that_are_not_utf_8_are_told(empty: Workspace, load: Load):
    good = "".join(f"Größe {n} paßt süß,ja\n" for n in range(50)).encode()
    result = load(b"text,label\n" + good + b"caf\xe9 au lait,nein\n", "mixed.csv")
    assert "1 byte of this UTF-8 file is not UTF-8; it was read as Windows-1252." in result.text
    assert rows_of(empty, "mixed")[-1]["text"] == "café au lait"


def test_ragged_rows_are_kept_or_shown(empty: Workspace, load: Load):
    result = load("text,label\none two,a\nno label\nx,b,c,d\nthree four,b\nfine,a,\n", "ragged.csv")
    assert [row["text"] for row in rows_of(empty, "ragged")] == ["one two", "no label", "three four", "fine"]
    assert rows_of(empty, "ragged")[1]["label"] is None
    assert result.data and result.data["rejected"] == 1
    assert "1 line could not be read and is left out" in result.text
    assert "1 line has fewer values than there are columns (line 3)" in result.text
    assert result.tables[0].rows == [(4, "4 values where the table has 2 columns", "x | b | c | d")]


def test_broken_json_lines_are_counted_and_the_good_ones_load(empty: Workspace, load: Load):
    lines = [
        '{"text": "good one", "label": "a"}',
        '{"text": "broken',
        "[1, 2]",
        "",
        '{"text": "good two", "label": "b"}',
    ]
    result = load("\n".join(lines), "some.jsonl")
    assert [row["text"] for row in rows_of(empty, "some")] == ["good one", "good two"]
    assert result.data and result.data["rejected"] == 2
    assert [row[0] for row in result.tables[0].rows] == [2, 3]


def test_json_lines_without_a_good_line(empty: Workspace):
    assert "No line of bad.jsonl could be read as a row: 2 were tried" in refused(
        empty, "bad.jsonl", b"{oops\n{again\n"
    )


def test_json_that_is_cut_off_says_where(empty: Workspace):
    told = refused(empty, "cut.json", b'[{"text": "one"},\n {"text": "tw')
    assert "cut.json is not valid JSON" in told
    assert "line 2" in told


@pytest.mark.parametrize("content", [b'{"name": "x"}', b"[]", b"3", b'"text"', b"null", b"{}"])
def test_json_without_rows(empty: Workspace, content: bytes):
    assert "no list of rows" in refused(empty, "odd.json", content)


def test_a_cut_off_parquet_file(empty: Workspace):
    assert "not a whole Parquet file" in refused(empty, "cut.parquet", b"PAR1" + bytes(100))
    assert "is empty" in refused(empty, "none.parquet", b"")


def test_nul_characters_are_dropped_and_told(empty: Workspace, load: Load):
    rows = "".join(f"a longer text number {n} to read,x\n" for n in range(20))
    result = load(f"text,label\nsome\0 thing here,x\n{rows}", "nul.csv")
    assert rows_of(empty, "nul")[0]["text"] == "some thing here"
    assert "1 NUL character was dropped" in result.text


@pytest.mark.parametrize("file", ["huge.csv", "huge.jsonl", "huge.txt"])
def test_a_line_of_a_gigabyte_is_refused_at_once(empty: Workspace, file: str):
    block = b"all work and no play makes jack a dull boy " * 25_000
    with (empty.uploads / file).open("wb") as out:
        out.write(b'{"text": "fine"}\n' if file.endswith("l") else b"text,label\nfine,a\n")
        for _ in range(100):
            out.write(block)
        os.truncate(out.fileno(), 2**30)
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ToolError, match="longer than 16 million characters"):
        TOOLS["load_dataset"].show_first(empty, {"source": file})
    assert time.monotonic() - began < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # kilobytes


def test_a_gigabyte_of_json_in_one_piece_is_refused_at_once(empty: Workspace):
    with (empty.uploads / "huge.json").open("wb") as out:
        out.write(b'[{"text": "' + b"a" * 1000)
        os.truncate(out.fileno(), 2**30)
    with pytest.raises(ToolError, match="more than the 256 MB"):
        TOOLS["load_dataset"].show_first(empty, {"source": "huge.json"})


@pytest.mark.parametrize("source", ["/etc/passwd", "../../secret.csv", "~/.ssh/id_rsa", "a/../../../etc/hosts"])
def test_a_path_outside_what_was_uploaded(empty: Workspace, source: str):
    (empty.uploads / "mine.csv").write_text("text\nhello there\n")
    with pytest.raises(ToolError, match="mine.csv"):
        TOOLS["load_dataset"].show_first(empty, {"source": source})


def test_a_link_that_leaves_the_folder(empty: Workspace, tmp_path_factory: pytest.TempPathFactory):
    outside = tmp_path_factory.mktemp("outside") / "secret.csv"
    outside.write_text("text\nsecret words\n")
    (empty.uploads / "innocent.csv").symlink_to(outside)
    with pytest.raises(ToolError, match="lies outside the folders that may be read"):
        TOOLS["load_dataset"].show_first(empty, {"source": "innocent.csv"})


def test_a_folder_and_a_file_that_is_not_there(empty: Workspace):
    (empty.uploads / "parts").mkdir()
    (empty.uploads / "parts" / "one.csv").write_text("text\nhello there\n")
    shown = TOOLS["load_dataset"].show_first(empty, {"source": "parts"})
    assert shown.text.startswith("I would read 1 row from parts and save it as parts.")
    with pytest.raises(ToolError, match="There is no file 'gone.csv'. Nothing is uploaded yet"):
        TOOLS["load_dataset"].show_first(empty, {"source": "gone.csv"})
    with pytest.raises(ToolError):
        TOOLS["load_dataset"].show_first(empty, {"source": "a\0b.csv"})
    with pytest.raises(ToolError):
        TOOLS["load_dataset"].show_first(empty, {"source": " "})


def test_a_pipe_is_not_waited_for(empty: Workspace):
    os.mkfifo(empty.uploads / "pipe.csv")
    with pytest.raises(ToolError, match="not a file that can be read"):
        TOOLS["load_dataset"].show_first(empty, {"source": "pipe.csv"})


FULL_DISK = """
import resource, sys
from pathlib import Path
from store import NoSpace, Workspace
from tools import TOOLS
with Workspace(Path(sys.argv[1])) as ws:
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
    try:
        with ws.approvals.typed("load_dataset", {}):
            TOOLS["load_dataset"].run(ws, {"source": "big.csv"})
    except NoSpace as error:
        print(error)
    print(ws.datasets.names())
"""


def test_a_full_disk_loses_nothing(empty: Workspace):
    """A limit on the size of files stands in for the full disk: writing fails in the same place."""
    rows = "".join(f"{random.Random(n).randbytes(200).hex()} text,a\n" for n in range(20_000))
    (empty.uploads / "big.csv").write_text("text,label\n" + rows)
    told = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(empty.home)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert told.stdout.splitlines() == [
        "The disk is full, so nothing was saved. Free some space and ask again; all that was there is still there.",
        "[]",
    ], told.stderr
    assert not [path for path in empty.folder.iterdir() if path.name.startswith(".arriving")]


@pytest.mark.parametrize("seed", range(30))
def test_any_bytes_give_rows_or_a_sentence(empty: Workspace, seed: int):
    """What comes out of a mill of random pieces is loaded or refused in words, never broken on."""
    random_ = random.Random(seed)
    pieces = [
        b'"',
        b",",
        b"\t",
        b"\n",
        b"\r\n",
        b"\r",
        b"word ",
        b"\xe4",
        b"\xff\xfe",
        "ü—".encode(),
        b"\0",
        b"{",
        b"}",
    ]
    pieces += [b'{"a": 1}', b"[", b"]", b'""', b"\\", b"12", b"text,label\n", b";", b"|", b"\x1a", "日本".encode()]
    content = b"".join(random_.choice(pieces) for _ in range(random_.randint(1, 400)))
    file = random_.choice(["f.csv", "f.tsv", "f.json", "f.jsonl", "f.txt", "f", "f.parquet"])
    (empty.uploads / file).write_bytes(content)
    try:
        shown = TOOLS["load_dataset"].show_first(empty, {"source": file})
    except ToolError as error:
        assert str(error).endswith((".", "]."))
    else:
        assert shown.text.startswith("I would read")
