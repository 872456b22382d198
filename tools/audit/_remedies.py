"""What may be done about a gap in data: requests for changes that exist, each of which waits for a yes."""

from collections.abc import Mapping
from typing import Any

from tools.audit._lists import NAMES
from tools.audit._named import IN_TEXT

Json = Mapping[str, Any]


def remedies(dataset: str, data: Json) -> list[str]:
    """Requests, those that fit the findings; none where no gap is beyond chance."""
    sure = [each for each in data["findings"] if each["flagged"] and each["shown"]]
    told: list[str] = []
    for each in sure:
        in_text, kind = IN_TEXT in each["attribute"], each["kind"]
        if in_text and "gender" in each["attribute"] and kind in ("label", "sentiment"):
            told.append(f"add rows to {dataset} with the genders swapped")
        if in_text and NAMES in each["attribute"]:
            told.append(f"replace the names in {dataset} by made-up ones")
        if kind == "toxicity":
            told.append(f"look for toxic texts in {dataset}")
        if kind == "label":
            told.append(f"look for mislabelled rows in {dataset}")
    return list(dict.fromkeys(told))
