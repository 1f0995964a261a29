"""The few things every chart is made of: labels, boxes, marks and intervals at their positions."""

import math
from dataclasses import dataclass
from typing import Literal

from survey_app.web.charts.text import least, wrap

Anchor = Literal["start", "middle", "end"]
BASE_SIZE = 14.5  # of the whole picture; only other sizes are written on a label
_BASELINE = 0.35  # from the middle of a line down to its baseline, in font sizes


def known(value: float | None) -> float | None:
    """Return the value, or None where it is absent or not a number."""
    return None if value is None or not math.isfinite(value) else value


def short(value: float) -> str:
    """Write a coordinate with at most one decimal, as SVG needs no more."""
    return f"{round(value, 1) + 0.0:g}"


@dataclass(frozen=True, slots=True)
class Label:
    x: float
    y: float  # baseline of the first line
    lines: tuple[str, ...]
    css: str = ""
    anchor: Anchor = "start"
    size: float = BASE_SIZE
    leading: float = 18.0

    @property
    def bottom(self) -> float:
        return self.y + self.leading * (len(self.lines) - 1)


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float
    css: str = ""
    hatched: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    x: float
    y: float
    path: str
    css: str = ""


@dataclass(frozen=True, slots=True)
class Interval:
    x1: float
    x2: float
    y: float

    @property
    def path(self) -> str:
        ends = f"v8m0-4H{short(self.x2)}m0-4v8"
        return f"M{short(self.x1)} {short(self.y - 4)}{ends}"


@dataclass(frozen=True, slots=True)
class Scale:
    """The horizontal place of a score from 0 to 100; scores outside stay at the end."""

    left: float
    right: float

    def __call__(self, score: float) -> float:
        return self.left + (self.right - self.left) * min(max(score, 0.0), 100.0) / 100.0


@dataclass(frozen=True, slots=True)
class Type:
    """One size of text with its line height and weight."""

    size: float
    leading: float
    bold: bool = False
    css: str = ""

    def wrap(self, text: str, room: float) -> tuple[str, ...]:
        return wrap(text, room, self.size, bold=self.bold)

    def least(self, text: str) -> float:
        return least(text, self.size, bold=self.bold)

    def label(
        self,
        x: float,
        y: float,
        lines: tuple[str, ...],
        *,
        anchor: Anchor = "start",
        css: str = "",
    ) -> Label:
        """Place lines with the first baseline at ``y``."""
        names = " ".join(part for part in (self.css, css) if part)
        return Label(x, y, lines, names, anchor, self.size, self.leading)

    def centred(
        self,
        x: float,
        middle: float,
        lines: tuple[str, ...],
        *,
        anchor: Anchor = "start",
        css: str = "",
    ) -> Label:
        """Place lines around the height ``middle``."""
        first = middle - self.leading * (len(lines) - 1) / 2 + self.size * _BASELINE
        return self.label(x, first, lines, anchor=anchor, css=css)


def square(x: float, y: float, radius: float) -> str:
    side = short(2 * radius)
    return f"M{short(x - radius)} {short(y - radius)}h{side}v{side}h-{side}z"


def circle(x: float, y: float, radius: float) -> str:
    r, across = short(radius), short(2 * radius)
    return f"M{short(x - radius)} {short(y)}a{r} {r} 0 1 0 {across} 0a{r} {r} 0 1 0-{across} 0z"


def diamond(x: float, y: float, radius: float) -> str:
    r = short(radius)
    return f"M{short(x)} {short(y - radius)}l{r} {r}l-{r} {r}l-{r}-{r}z"


def triangle_up(x: float, y: float, radius: float) -> str:
    r, across = short(radius), short(2 * radius)
    return f"M{short(x)} {short(y - radius)}l{r} {short(1.8 * radius)}h-{across}z"


def triangle_down(x: float, y: float, radius: float) -> str:
    r, across = short(radius), short(2 * radius)
    return f"M{short(x)} {short(y + radius)}l{r}-{short(1.8 * radius)}h-{across}z"


def dash(x: float, y: float, radius: float) -> str:
    across = short(2 * radius)
    return f"M{short(x - radius)} {short(y - 1.2)}h{across}v2.4h-{across}z"


def dot(x: float, y: float, radius: float) -> str:
    return circle(x, y, radius / 3)
