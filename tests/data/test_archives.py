"""ZIP archives, gzip files and folders: what is in them is read; what would harm is not."""

import gzip
import io
import stat
import zipfile
from pathlib import Path

import pytest

from store import Workspace
from tests.data.conftest import Load, rows_of, said_yes
from tests.data.made import packed, pdf
from tools import TOOLS, ToolError
from tools.data import _archive

ONE = "text,label\nhello there,a\nbye for now,b\n"


def test_a_gzip_file_is_read_as_what_it_holds(empty: Workspace, load: Load):
    load(gzip.compress(ONE.encode()), "mails.csv.gz")
    assert len(rows_of(empty, "mails")) == 2


def test_one_file_in_an_archive_is_read_and_what_tells_about_it_is_not(empty: Workspace, load: Load):
    load(packed({"README.md": "# About", "__MACOSX/._mails.csv": "x", "data/mails.csv": ONE}), "mails.zip")
    assert rows_of(empty, "mails")[0] == {"text": "hello there", "label": "a"}


def test_tables_in_an_archive_are_appended_with_their_file_and_split(empty: Workspace, load: Load):
    files = {"train.csv": ONE, "test.jsonl": '{"label": "c", "text": "a third one", "more": 1}\n'}
    result = load(packed(files), "parts.zip")
    rows = rows_of(empty, "parts")
    assert rows[0] == {"label": "c", "text": "a third one", "more": 1, "file": "test.jsonl", "split": "test"}
    assert rows[1]["split"] == "train"
    assert "Columns that only some of the files have are empty for the others: more." in result.text
    assert result.data and result.data["roles"]["file"] == "other"


def test_files_without_headers_are_matched_by_place(empty: Workspace, load: Load):
    lines = "\n".join(f"a message with words {n}\tab" for n in range(5))
    load(packed({"a/part-2.tsv": lines, "a/part-10.tsv": lines}), "parts.zip")
    assert [row["file"] for row in rows_of(empty, "parts")] == ["a/part-2.tsv"] * 5 + ["a/part-10.tsv"] * 5


def test_files_that_do_not_go_together_are_told_with_their_columns(load: Load):
    with pytest.raises(ToolError, match="do not go together: a.csv has the columns text, label, and b.csv has x, y"):
        load(packed({"a.csv": ONE, "b.csv": "x,y\n1,2\n"}), "odd.zip")
    with pytest.raises(ToolError, match=r"1 table \(a.csv\) and 1 document \(b.md\), which do not go together"):
        load(packed({"a.csv": ONE, "b.md": "# A\n\ntext"}), "odd.zip")


def test_files_are_chosen_by_a_pattern(empty: Workspace, load: Load):
    content = packed({"a.csv": ONE, "b.md": "# A\n\nSome text."})
    load(content, "odd.zip", subset="*.csv")
    assert len(rows_of(empty, "odd")) == 2
    with pytest.raises(ToolError, match="odd.zip has no file 'c.csv' that is read. It holds a.csv, b.md"):
        load(content, "odd.zip", subset="c.csv", name="other")


def test_a_folder_of_documents_names_each_and_the_folders_they_are_in(empty: Workspace):
    for name, text in {"pos/1.txt": "I liked it.", "pos/2.txt": "So good\nthat I laughed.", "neg/1.md": "Bad."}.items():
        (empty.uploads / "films" / name).parent.mkdir(parents=True, exist_ok=True)
        (empty.uploads / "films" / name).write_text(text)
    (empty.uploads / "films" / "broken.pdf").write_bytes(pdf([["x"]])[:40])
    result = said_yes(empty, "load_dataset", source="films", subset="*/*")
    assert [(row["text"], row["source"], row["folder"]) for row in rows_of(empty, "films")] == [
        ("Bad.", "neg/1.md", "neg"),
        ("I liked it.", "pos/1.txt", "pos"),
        ("So good that I laughed.", "pos/2.txt", "pos"),
    ]
    assert result.data and result.data["roles"]["folder"] == "label"
    result = said_yes(empty, "load_dataset", source="films", name="all")
    assert result.tables[0].rows[0][:2] == ("broken.pdf", 1)


def test_links_in_a_folder_that_lead_outside_are_left_out(empty: Workspace, tmp_path_factory: pytest.TempPathFactory):
    secret = tmp_path_factory.mktemp("outside") / "secret.csv"
    secret.write_text(ONE)
    (empty.uploads / "mine").mkdir()
    (empty.uploads / "mine" / "mine.csv").write_text(ONE)
    (empty.uploads / "mine" / "other.csv").symlink_to(secret)
    result = said_yes(empty, "load_dataset", source="mine")
    assert "1 file in it may not be read and was left out" in result.text
    assert len(rows_of(empty, "mine")) == 2


def test_paths_that_lead_outside_links_and_inner_archives_are_left_out_and_told(empty: Workspace, load: Load):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("ok.csv", ONE)
        archive.writestr("../../evil.csv", ONE)
        archive.writestr("/etc/evil.csv", ONE)
        archive.writestr("inner.zip", packed({"a.csv": ONE}))
        link = zipfile.ZipInfo("link.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    result = load(out.getvalue(), "odd.zip")
    assert "2 of its entries have paths that would lead outside, and were left out." in result.text
    assert "1 of its entries is a link and not followed." in result.text
    assert "1 archive inside it was left out (inner.zip): unpack them first." in result.text
    assert len(rows_of(empty, "odd")) == 2


def test_an_archive_inside_another_is_not_unpacked(load: Load):
    with pytest.raises(ToolError, match="mails.csv is a gzip file inside another"):
        load(gzip.compress(gzip.compress(ONE.encode())), "mails.csv.gz")
    with pytest.raises(ToolError, match="holds no file of a kind that is read. It holds inner.zip"):
        load(packed({"inner.zip": packed({"a.csv": ONE})}), "outer.zip")
    with pytest.raises(ToolError, match="a.csv is a ZIP archive inside another"):
        load(packed({"a.csv": packed({"b.csv": ONE})}), "outer.zip")


def test_bombs_are_not_unpacked(empty: Workspace, load: Load, monkeypatch: pytest.MonkeyPatch):
    zeros = bytes(80 * 2**20)
    with pytest.raises(ToolError, match="unpacks to more than 200 times its size"):
        load(packed({"a.csv": zeros}), "bomb.zip")
    with pytest.raises(ToolError, match="unpacks to more than 200 times its size"):
        load(gzip.compress(zeros), "bomb.csv.gz")
    with pytest.raises(ToolError, match="unpacks to more than 200 times its size"):
        load(packed({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": zeros}), "bomb.xlsx")
    monkeypatch.setattr(_archive, "MOST_MEMBERS", 10)
    with pytest.raises(ToolError, match="holds more than 10 files, too many to unpack"):
        load(packed({f"{n}.csv": "" for n in range(11)}), "many.zip")
    assert _left(empty) == []


def test_an_archive_that_lies_about_its_sizes_unpacks_to_no_more_than_it_says(load: Load):
    content = bytearray(packed({"a.csv": "text\n" + "hello there you\n" * 10_000}))
    place = content.rindex(b"PK\x01\x02")
    content[place + 24 : place + 28] = (1000).to_bytes(4, "little")
    with pytest.raises(ToolError, match="a.csv in lie.zip is damaged"):
        load(bytes(content), "lie.zip")


def test_locked_and_cut_off_archives(load: Load):
    content = bytearray(packed({"a.csv": ONE}))
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(ToolError, match="locked.zip is protected by a password"):
        load(bytes(content), "locked.zip")
    with pytest.raises(ToolError, match="cut.csv.gz is cut off"):
        load(gzip.compress(ONE.encode() * 100)[:-20], "cut.csv.gz")
    with pytest.raises(ToolError, match="is a tar archive"):
        load(bytes(257) + b"ustar" + bytes(300), "old.tar")


def test_what_could_not_be_read_is_kept_beside_the_version(empty: Workspace, load: Load):
    bad = ONE + "x,b,c,d\n"
    result = load(packed({"a.csv": bad, "b.csv": bad}), "parts.zip")
    assert result.tables[0].rows[1] == ("b.csv", 4, "4 values where the table has 2 columns", "x | b | c | d")
    assert Path(result.files[0]).read_text() == (
        "file,line,why,text\n"
        "a.csv,4,4 values where the table has 2 columns,x | b | c | d\n"
        "b.csv,4,4 values where the table has 2 columns,x | b | c | d\n"
    )
    assert TOOLS["show_history"].run(empty, {"dataset": "parts"}).files == result.files
    appended = load("text,label,file\none,two,three\nx,b,c,d,e\n", "c.csv", into="parts")
    assert appended.tables[0].rows[0][0] == 3
    assert len(TOOLS["show_history"].run(empty, {"dataset": "parts"}).files) == 2
    assert _left(empty) == []


def _left(ws: Workspace) -> list[str]:
    """What loading left behind."""
    return [path.name for path in ws.folder.rglob(".*")]
