"""The table of the comparison of speeds."""

from typing import Any

import pytest

from benchmarks.evaluate import told


def found(seconds: float, *texts: str) -> dict[str, Any]:
    return {"seconds": seconds, "processor": seconds, "texts": list(texts)}


def test_each_way_gets_a_line_with_its_speed_and_its_answers(capsys: pytest.CaptureFixture[str]):
    questions = [{"reference": "a"}, {"reference": "b"}]
    jobs = [
        {"questions": questions, "labels": ["a", "b"], "new": 20},
        {"questions": questions, "labels": None, "new": 9},
    ]
    told(
        {
            "Tunewright": [found(1.0, "a", "a"), found(2.0, "x", "y")],
            "pipeline": [found(6.0, "b", "a"), found(9.0, "x", "y")],
            "pipeline, cut": [found(3.0, "b", "b")],
        },
        jobs,
    )
    lines = [line.split() for line in capsys.readouterr().out.splitlines()[1:]]
    assert lines[0][:4] == ["classify,", "2", "labels", "Tunewright"]
    assert lines[1][3:] == "pipeline 2 6.0 6.0 0.33 6.0 0.0 % 1 of 2".split()
    assert lines[2][3:5] == ["pipeline,", "cut"] and lines[2][-4:] == ["%", "0", "of", "2"]
    assert lines[4] == "write, 9 new tokens pipeline 2 9.0 9.0 0.22 4.5 2 of 2".split()
    assert len(lines) == 5
