"""A card is read by everyone: where files lie on this machine is left out of it."""

import re
from dataclasses import replace
from typing import Any

from tools.project._document import Section
from tools.result import Result, Table

_PATH = re.compile(r"""(?<![\w:/.~])(?:~|[A-Za-z]:)?[/\\](?:[^\s|,;"'()/\\]+[/\\])+(?=[^\s|,;"'()/\\])""")
"""The folders of an absolute path, up to its last part."""
OWN_WORDS = ("Intended use", "Goal")
"""Sections in the words of the user, which stand as they were said."""


def without_paths(section: Section) -> Section:
    """The section with each absolute path cut to its last part."""
    if section.title.startswith(OWN_WORDS):
        return section
    return replace(section, results=[_result(result) for result in section.results])


def _result(result: Result) -> Result:
    return replace(result, text=_PATH.sub("", result.text), tables=[_table(table) for table in result.tables])


def _table(table: Table) -> Table:
    return replace(table, rows=[[_cell(cell) for cell in row] for row in table.rows])


def _cell(cell: Any) -> Any:
    return _PATH.sub("", cell) if isinstance(cell, str) else cell
