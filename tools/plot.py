"""A picture as data: what to draw, not how. Drawn as Vega-Lite, on the page and as SVG in reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Mark = Literal["bar", "line", "point", "heatmap", "interval"]
Spec = dict[str, Any]


@dataclass(frozen=True)
class Plot:
    """One chart.

    Attributes:
        title: What it shows, as a short sentence.
        mark: bar (x: number, y: name), line or point (x and y: numbers), heatmap (x, y: names; color: number)
            or interval (y: name; x: value, with `low` and `high` in each row).
        rows: The data; each row has the keys that x, y and color name.
        x: Key of the horizontal axis.
        y: Key of the vertical axis.
        color: Key that tells the series apart.
        zero: Where to draw a reference line, on interval plots.
    """

    title: str
    mark: Mark
    rows: Sequence[dict[str, Any]]
    x: str
    y: str
    color: str | None = None
    zero: float | None = None

    def spec(self, width: int | Literal["container"] = "container") -> Spec:
        """The chart in Vega-Lite 6. The container's width, or pixels."""
        draw = {
            "bar": self._bars,
            "line": self._lines,
            "point": self._lines,
            "heatmap": self._heatmap,
            "interval": self._intervals,
        }
        return {
            "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
            "title": self.title,
            "data": {"values": list(self.rows)},
            "width": width,
            "height": self._height(),
            **draw[self.mark](),
        }

    def svg(self) -> str:
        """The chart as an SVG document, 640 pixels wide inside its axes."""
        import vl_convert  # noqa: PLC0415 - loads a renderer of its own

        return vl_convert.vegalite_to_svg(self.spec(width=640))

    def _bars(self) -> Spec:
        return {"mark": {"type": "bar", "tooltip": True}, "encoding": {"x": _number(self.x), **self._names()}}

    def _lines(self) -> Spec:
        y = {**_number(self.y), "scale": {"zero": False}}
        return {
            "mark": {"type": self.mark, "tooltip": True},
            "encoding": {"x": _number(self.x), "y": y, **self._series()},
        }

    def _heatmap(self) -> Spec:
        shade = {"field": self.color, "type": "quantitative", "scale": {"scheme": "blues"}}
        axes = {"x": {"field": self.x, "type": "nominal", "sort": None}, "y": self._names()["y"]}
        return {"mark": {"type": "rect", "tooltip": True}, "encoding": {**axes, "color": shade}}

    def _intervals(self) -> Spec:
        dots = {
            "mark": {"type": "point", "filled": True, "size": 60, "tooltip": True},
            "encoding": {"x": _number(self.x), **self._names()},
        }
        ends = {"x": {**_number("low"), "title": self.x}, "x2": {"field": "high"}}
        bars = {"mark": {"type": "rule", "strokeWidth": 2}, "encoding": {**ends, **self._names()}}
        line = {"mark": {"type": "rule", "strokeDash": [4, 4]}, "encoding": {"x": {"datum": self.zero}}}
        return {"layer": [bars, dots, *([line] if self.zero is not None else [])]}

    def _names(self) -> Spec:
        offset = {"yOffset": {"field": self.color, "sort": None}} if self.color else {}
        return {"y": {"field": self.y, "type": "nominal", "sort": None}, **offset, **self._series()}

    def _series(self) -> Spec:
        return {"color": {"field": self.color, "type": "nominal", "title": None, "sort": None}} if self.color else {}

    def _height(self) -> int:
        if self.mark in ("line", "point"):
            return 220
        names = {row[self.y] for row in self.rows}
        series = {row[self.color] for row in self.rows} if self.color and self.mark != "heatmap" else {""}
        return max(60, min(900, 14 * len(names) * len(series) + 20))


def _number(key: str) -> Spec:
    return {"field": key, "type": "quantitative"}
