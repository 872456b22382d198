"""Under which licences the rows of a dataset came."""

from store import Version, Workspace

UNKNOWN = "unknown"


def licences(ws: Workspace, version: Version) -> list[str]:
    """The licence of each source that rows of a version were loaded from, in the Hub's words, each once.

    Returns:
        `UNKNOWN` among them where a source told none, as files do.
    """
    steps = [each.recipe for each in ws.datasets.lineage(version.dataset, version.number)]
    loads = [recipe for recipe in steps if recipe.get("tool") == "load_dataset"]
    return list(dict.fromkeys(str(recipe.get("licence") or UNKNOWN) for recipe in loads)) or [UNKNOWN]


def sentence(found: list[str], dataset: str) -> str:
    """The licences in words, for whoever passes a model on."""
    if found == [UNKNOWN]:
        return f"The licence of the data ({dataset}) is not recorded; ask whose they are before it is passed on."
    known = ", ".join(name for name in found if name != UNKNOWN)
    rest = " Of some of its rows it is not known; ask whose they are." if UNKNOWN in found else ""
    return f"The data ({dataset}) came under {known}, as their source says; see that it allows what you intend.{rest}"


def the_only_one(found: list[str]) -> str | None:
    """The licence of all rows, where it is known and one."""
    return found[0] if len(found) == 1 and found != [UNKNOWN] else None
