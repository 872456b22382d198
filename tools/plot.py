"""A picture as data: what to draw, not how. Drawn as Vega-Lite and rendered as SVG, on the page and in reports."""

import hashlib
import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

Mark = Literal["bar", "line", "point", "heatmap", "interval", "parallel"]
Spec = dict[str, Any]
SERIES = ("#3b82c4", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#8a8a8a")
"""Okabe and Ito's colours, told apart by colour-blind readers, on light and on dark ground."""

LONGEST_NAME = 200
WIDE = 8
"""How many times the lowest value the highest is from which an axis of parallel coordinates goes by ratio."""
NUMBERED_CELLS = 100
"""Cells of a heatmap up to which each shows its number."""
_ENDS = [{"at": 0, "to": 0}, {"at": 1, "to": 1}]
_DIAGONAL: Spec = {
    "data": {"values": _ENDS},
    "mark": {"type": "line", "strokeDash": [4, 4], "strokeWidth": 1, "color": "#8a8a8a"},
    "encoding": {"x": {"field": "at", "type": "quantitative"}, "y": {"field": "to", "type": "quantitative"}},
}
_UNDRAWABLE = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]")
"""What XML cannot hold, over which the renderer ends the whole program, and what turns the direction of writing."""


@dataclass(frozen=True)
class Plot:
    """One chart.

    Attributes:
        title: What it shows, as a short sentence.
        mark: bar (x: number, y: name), line or point (x and y: numbers; where each row has `low` and `high`, they are
            drawn as the ends of an interval of y), heatmap (x, y: names; color: number), interval (y: name; x: value,
            with `low` and `high` in each row) or parallel (a line for each row through its values on all `axes`).
        rows: The data; each row has the keys that x, y and color name.
        x: Key of the horizontal axis.
        y: Key of the vertical axis.
        color: Key that tells the series apart.
        zero: Where to draw a reference line, on interval plots.
        diagonal: Draw the line where x and y are the same, on lines and points that both go from 0 to 1.
        log: Space the horizontal axis of lines and points by ratio; all of x must be above 0.
        axes: Keys of the upright axes of parallel coordinates, all numbers; `color` names the one that shades.
    """

    title: str
    mark: Mark
    rows: Sequence[dict[str, Any]]
    x: str
    y: str
    color: str | None = None
    zero: float | None = None
    diagonal: bool = False
    log: bool = False
    axes: Sequence[str] = ()

    def spec(self, width: int | Literal["container"] = "container", ink: str = "#222") -> Spec:
        """The chart in Vega-Lite 6.

        Args:
            width: Of the plotting area, in pixels, or as wide as what holds it.
            ink: The colour of words and axes; "currentColor" takes that of the text around it.
        """
        draw = {
            "bar": self._bars,
            "line": self._lines,
            "point": self._lines,
            "heatmap": self._heatmap,
            "interval": self._intervals,
            "parallel": self._parallel,
        }
        return {
            "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
            "title": self.title,
            "data": {"values": list(self.rows)},
            "width": width,
            "height": self._height(),
            "config": _look(ink),
            **draw[self.mark](),
        }

    def svg(self, width: int = 640, ink: str = "#222") -> str:
        """The chart as an SVG element without a background; `width` as in `spec`.

        Ids inside carry a prefix of their own, so that several charts can stand in one page.
        """
        import vl_convert  # noqa: PLC0415 - loads a renderer of its own

        drawn = vl_convert.vegalite_to_svg(_drawable(self.spec(width, ink)))
        prefix = hashlib.sha256(drawn.encode()).hexdigest()[:8]
        return re.sub(r'(\bid="|url\(#)', rf"\g<1>p{prefix}-", drawn)

    def _bars(self) -> Spec:
        counts = all(isinstance(row[self.x], int) for row in self.rows)
        x = _number(self.x) | ({"axis": {"tickMinStep": 1, "format": ",d"}} if counts else {})
        return {"mark": {"type": "bar", "tooltip": True}, "encoding": {"x": x, **self._names()}}

    def _lines(self) -> Spec:
        whole: Spec = {"domain": [0, 1]} if self.diagonal else {}
        x = {**_number(self.x), "title": self.x, "scale": whole}
        if self.log:
            x |= {"scale": {"type": "log", "nice": False, "padding": 12}, "axis": {"grid": False, "format": "~s"}}
        y = {**_number(self.y), "scale": whole or {"zero": False}}
        mark = {"type": self.mark, "tooltip": True} | ({"filled": True, "size": 60} if self._ranges else {})
        drawn: Spec = {"mark": mark, "encoding": {"x": x, "y": y, **self._series()}}
        if not (self._ranges or self.diagonal):
            return drawn
        ends = {"y": {**y, "field": "low", "title": self.y}, "y2": {"field": "high"}}
        bars = {"mark": {"type": "rule", "strokeWidth": 2}, "encoding": {"x": x, **ends, **self._series(SERIES[0])}}
        return {"layer": [*([_DIAGONAL] if self.diagonal else []), *([bars] if self._ranges else []), drawn]}

    @property
    def _ranges(self) -> bool:
        return bool(self.rows) and all("low" in row and "high" in row for row in self.rows)

    def _heatmap(self) -> Spec:
        shade = {"field": self.color, "type": "quantitative", "scale": {"scheme": "blues"}}
        axes = {"x": {"field": self.x, "type": "nominal", "sort": None}, "y": self._names()["y"]}
        cells: Spec = {"mark": {"type": "rect", "tooltip": True}, "encoding": {"color": shade}}
        if len(self.rows) > NUMBERED_CELLS:
            return {**cells, "encoding": {**axes, **cells["encoding"]}}
        dark = max(float(row[str(self.color)] or 0) for row in self.rows) / 2 if self.rows else 0
        ink = {"condition": {"test": f"datum[{json.dumps(self.color)}] > {dark}", "value": "#fff"}, "value": "#222"}
        number = {"field": self.color, "type": "quantitative"}
        numbers: Spec = {"mark": {"type": "text", "fontSize": 11}, "encoding": {"text": number, "color": ink}}
        return {"encoding": axes, "layer": [cells, numbers]}

    def _intervals(self) -> Spec:
        dots = {
            "mark": {"type": "point", "filled": True, "size": 60, "tooltip": True},
            "encoding": {"x": _number(self.x), **self._names()},
        }
        ends = {"x": {**_number("low"), "title": self.x}, "x2": {"field": "high"}}
        bars = {"mark": {"type": "rule", "strokeWidth": 2}, "encoding": {**ends, **self._names()}}
        line = {"mark": {"type": "rule", "strokeDash": [4, 4]}, "encoding": {"x": {"datum": self.zero}}}
        return {"layer": [bars, dots, *([line] if self.zero is not None else [])]}

    def _parallel(self) -> Spec:
        """Parallel coordinates (Inselberg 1985), each axis from its lowest to its highest value."""
        spans = {axis: _Span(axis, [float(row[axis]) for row in self.rows]) for axis in self.axes}
        points = [
            {"line": n, "axis": span.name, "at": span.at(row[axis]), "value": row[axis], "shade": row[str(self.color)]}
            for n, row in enumerate(self.rows)
            for axis, span in spans.items()
        ]
        ends = [{"axis": span.name, "at": at, "told": told} for span in spans.values() for at, told in span.ends()]
        x = {"field": "axis", "type": "nominal", "sort": None, "title": None, "axis": {"labelAngle": 0, "grid": True}}
        y = {"field": "at", "type": "quantitative", "axis": None, "scale": {"domain": [-0.08, 1.08]}}
        shade = {"field": "shade", "type": "quantitative", "title": self.color, "scale": {"scheme": "viridis"}}
        lines = {
            "data": {"values": points},
            "mark": {"type": "line", "strokeWidth": 2, "opacity": 0.75, "tooltip": True},
            "encoding": {"x": x, "y": y, "detail": {"field": "line", "type": "nominal"}, "color": shade},
        }
        labels = {
            "data": {"values": ends},
            "mark": {"type": "text", "dx": 6, "align": "left", "fontSize": 11},
            "encoding": {"x": x, "y": y, "text": {"field": "told", "type": "nominal"}},
        }
        return {"layer": [lines, labels]}

    def _names(self) -> Spec:
        offset = {"yOffset": {"field": self.color, "sort": None}} if self.color else {}
        return {"y": {"field": self.y, "type": "nominal", "sort": None}, **offset, **self._series()}

    def _series(self, otherwise: str = "") -> Spec:
        if not self.color:
            return {"color": {"value": otherwise}} if otherwise else {}
        return {"color": {"field": self.color, "type": "nominal", "title": None, "sort": None}}

    def _height(self) -> int:
        if self.mark in ("line", "point", "parallel"):
            return 220
        names = {row[self.y] for row in self.rows}
        series = {row[self.color] for row in self.rows} if self.color and self.mark != "heatmap" else {""}
        return max(60, min(900, 18 * len(names) * len(series) + 16))


class _Span:
    """One axis of parallel coordinates."""

    def __init__(self, name: str, values: Sequence[float]) -> None:
        self.name = name.replace("_", " ")
        self._low, self._high = min(values), max(values)
        self._by_ratio = 0 < self._low and self._high > WIDE * self._low

    def at(self, value: float) -> float:
        """Where a value is, from 0 at the foot to 1 at the head."""
        if self._low == self._high:
            return 0.5
        if self._by_ratio:
            return math.log(value / self._low) / math.log(self._high / self._low)
        return (value - self._low) / (self._high - self._low)

    def ends(self) -> list[tuple[float, str]]:
        """What is written at the foot and the head."""
        ends = {self._low, self._high}
        return [(self.at(value), f"{value:.3g}") for value in sorted(ends)]


def _drawable(part: Any) -> Any:
    """A chart whose words can all be drawn, and are not long."""
    if isinstance(part, str):
        return _UNDRAWABLE.sub("\N{REPLACEMENT CHARACTER}", part[:LONGEST_NAME])
    if isinstance(part, dict):
        return {_drawable(name): _drawable(value) for name, value in cast(Spec, part).items()}
    return [_drawable(one) for one in cast("list[Any]", part)] if isinstance(part, list) else part


def _number(key: str) -> Spec:
    return {"field": key, "type": "quantitative"}


def _look(ink: str) -> Spec:
    sizes = {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal"}
    words = {"labelColor": ink, "titleColor": ink, **sizes}
    lines = {"tickColor": ink, "domainColor": ink, "gridColor": ink, "domainOpacity": 0.4, "gridOpacity": 0.12}
    return {
        "background": "transparent",
        "font": "sans-serif",
        "view": {"stroke": None},
        "title": {"color": ink, "anchor": "start", "frame": "group", "fontSize": 13},
        "axis": {**words, **lines, "tickOpacity": 0.4, "labelLimit": 150},
        "legend": {**words, "orient": "top", "labelLimit": 150},
        "mark": {"color": SERIES[0]},
        "rule": {"color": ink},
        "text": {"color": ink},
        "range": {"category": list(SERIES)},
    }
