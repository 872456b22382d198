"""JSON schemas of single arguments, made plain for reading and small for decoding."""

from typing import Any

Part = dict[str, Any]
LONGEST_TEXT = 400
MOST_ITEMS = 20
BOUND = 1_000_000_000


def plain(part: Part, defs: dict[str, Part]) -> Part:
    """The part with references looked up and null taken out."""
    if reference := part.get("$ref"):
        return plain(defs[reference.rsplit("/", 1)[-1]] | {k: v for k, v in part.items() if k != "$ref"}, defs)
    if "items" in part:
        part = part | {"items": plain(part["items"], defs)}
    if choices := part.get("anyOf"):
        given = [choice for choice in choices if choice.get("type") != "null"]
        rest = {key: value for key, value in part.items() if key != "anyOf"}
        return plain(given[0], defs) | rest if len(given) == 1 else rest | {"anyOf": [plain(c, defs) for c in given]}
    return part


def kind_of(part: Part) -> str:
    """What kind of thing it names: dataset, column, run, fix, source ...; empty if none."""
    return part.get("kind") or part.get("items", {}).get("kind") or ""


def bounded(part: Part) -> Part:
    """What decoding is held to: the shape alone, with an end to everything."""
    if "anyOf" in part:
        return {"anyOf": [bounded(choice) for choice in part["anyOf"]]}
    if options := part.get("enum"):
        return {"enum": options}
    kept = {key: part[key] for key in ("type", "const", "maxLength", "minItems", "maxItems") if key in part}
    match part.get("type"):
        case "string":
            return kept | {"maxLength": min(part.get("maxLength", LONGEST_TEXT), LONGEST_TEXT)}
        case "array":
            items = bounded(part.get("items", {"type": "string"}))
            return kept | {"maxItems": min(part.get("maxItems", MOST_ITEMS), MOST_ITEMS), "items": items}
        case "integer" | "number":
            limits = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
            return {"minimum": -BOUND, "maximum": BOUND} | kept | {key: part[key] for key in limits if key in part}
        case "object":
            return {"type": "object", "additionalProperties": {"type": "string", "maxLength": 100}, "maxProperties": 12}
        case _:
            return kept
