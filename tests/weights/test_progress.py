import io
import time

from tools.weights.progress import Meter, PrintProgress, Progress, duration, size


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_reads_as_a_line() -> None:
    progress = Progress("tiny", "the package index", 250_000_000, 1_000_000_000, 50_000_000, 15.0)
    assert str(progress) == "tiny from the package index:  25% of 1.0 GB, 50 MB/s, 15 s left"


def test_progress_reads_without_a_total() -> None:
    assert str(Progress("tiny", "a server", 2_000_000, None, 0, None)) == "tiny from a server: 2 MB, 0 B/s"


def test_sizes_and_durations_read_well() -> None:
    assert [size(count) for count in (999, 98_362_432, 1_117_320_768)] == ["999 B", "98 MB", "1.1 GB"]
    assert [duration(seconds) for seconds in (4.2, 75, 7300)] == ["4 s", "1 min 15 s", "2 h 1 min"]


def test_the_speed_counts_only_what_arrives() -> None:
    told: list[Progress] = []
    meter = Meter("tiny", "a server", 10_000, told.append)
    meter.have(5_000)
    for _ in range(5):
        time.sleep(0.06)
        meter.add(100)
    assert told
    assert told[-1].bytes <= 5_500
    assert 0 < told[-1].bytes_per_second < 2_000
    assert told[-1].seconds_left is not None and told[-1].seconds_left > 2


def test_a_terminal_sees_one_line_rewritten() -> None:
    terminal = Terminal()
    show = PrintProgress(terminal)
    show(Progress("tiny", "a server", 1, 2, 1, 1))
    show(Progress("tiny", "a server", 2, 2, 1, 0))
    assert terminal.getvalue().count("\r") == 2
    assert terminal.getvalue().count("\n") == 1


def test_a_log_sees_a_line_every_few_seconds() -> None:
    log = io.StringIO()
    show = PrintProgress(log)
    for done in (1, 2, 3, 4):
        show(Progress("tiny", "a server", done, 4, 1, 1))
    assert len(log.getvalue().splitlines()) == 2
