"""Charts as geometry: what a template writes as SVG. In Persian the time runs from right to left.

A chart never stands alone: the template puts a table with the same figures beside it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 540, 280
_LEFT, _TOP, _BOTTOM = 34, 20, 240
_LABELS_AT = 264
_LONGEST_BAR = 46
_TICKS = 5
_STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Series:
    """One row of figures, None where there is none to draw; `css` is c1 to c5 of the theme."""

    name: str
    values: Sequence[float | None]
    css: str = "c1"
    line: str = "l1"


@dataclass(frozen=True)
class Rect:
    """A bar."""

    css: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Text:
    """A word or figure; `anchor` is start, middle or end, as the picture is drawn."""

    x: float
    y: float
    anchor: str
    text: str
    css: str = ""


@dataclass(frozen=True)
class Line:
    """Joined points, as an SVG list of them, each also a dot."""

    css: str
    dot: str
    points: tuple[tuple[float, float], ...]

    @property
    def path(self) -> str:
        """The points as SVG wants them."""
        return " ".join(f"{x:g},{y:g}" for x, y in self.points)


@dataclass
class Drawing:
    """All that is drawn; `says` is what it shows in a sentence, read instead of it."""

    says: str
    width: int = WIDTH
    height: int = HEIGHT
    levels: list[tuple[float, bool]] = field(default_factory=list)
    """Heights of level lines, and whether it is a target."""
    rects: list[Rect] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)


def columns(
    says: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    write: Callable[[float], str],
    mirrored: bool,
) -> Drawing:
    """Groups of upright bars, one for each label, the figure on top of each bar."""
    drawing, scale = _begun(says, series, None, write, mirrored)
    slot = (WIDTH - _LEFT) / max(len(labels), 1)
    bar = min(_LONGEST_BAR, slot * 0.8 / max(len(series), 1))
    for place, label in enumerate(labels):
        middle = _LEFT + slot * (place + 0.5)
        drawing.texts.append(_text(middle, _LABELS_AT, "middle", label, mirrored))
        for number, one in enumerate(series):
            value = one.values[place]
            if value is None:
                continue
            centre = middle + bar * (number - (len(series) - 1) / 2)
            top = scale(value)
            x = _turned(centre, mirrored) - bar / 2 + 1
            drawing.rects.append(
                Rect(one.css, round(x, 1), round(top, 1), round(bar - 2, 1), _rest(top))
            )
            drawing.texts.append(
                _text(centre, round(top - 6, 1), "middle", write(value), mirrored, "v")
            )
    return drawing


def lines(
    says: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    write: Callable[[float], str],
    mirrored: bool,
    target: float | None = None,
) -> Drawing:
    """A line for each series, broken where there is no figure, the last figure beside its end."""
    drawing, scale = _begun(says, series, target, write, mirrored)
    slot = (WIDTH - _LEFT) / max(len(labels), 1)
    places = [_LEFT + slot * (place + 0.5) for place in range(len(labels))]
    for place, label in zip(places, labels, strict=True):
        drawing.texts.append(_text(place, _LABELS_AT, "middle", label, mirrored))
    for number, one in enumerate(series):
        # Figures stand above the first line and below the others, which may run close to it.
        away = -10 if number == 0 else 20
        points = [
            None if value is None else (_turned(place, mirrored), round(scale(value), 1))
            for place, value in zip(places, one.values, strict=True)
        ]
        for run in _runs(points):
            drawing.lines.append(Line(one.line, one.css, run))
        for point, value in zip(points, one.values, strict=True):
            if point is not None and value is not None:
                drawing.texts.append(Text(point[0], point[1] + away, "middle", write(value), "v"))
    return drawing


def _begun(
    says: str,
    series: Sequence[Series],
    target: float | None,
    write: Callable[[float], str],
    mirrored: bool,
) -> tuple[Drawing, Callable[[float], float]]:
    values = [value for one in series for value in one.values if value is not None]
    step = _step(max([*values, target or 0, 1]))
    most = step * _TICKS
    drawing = Drawing(says)

    def scale(value: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * value / most

    for tick in range(_TICKS + 1):
        y = round(scale(step * tick), 1)
        drawing.levels.append((y, False))
        drawing.texts.append(_text(_LEFT - 8, y + 5, "end", write(step * tick), mirrored))
    if target is not None:
        drawing.levels.append((round(scale(target), 1), True))
    return drawing, scale


def _step(most: float) -> int:
    """The distance of level lines: 1, 2 or 5, or these with zeros."""
    power = 1
    while True:
        for step in _STEPS:
            if step * power * _TICKS >= most:
                return step * power
        power *= 10


def _runs(points: Sequence[tuple[float, float] | None]) -> list[tuple[tuple[float, float], ...]]:
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [tuple(run) for run in runs if run]


def _turned(x: float, mirrored: bool) -> float:
    return round(WIDTH - x if mirrored else x, 1)


def _text(x: float, y: float, anchor: str, text: str, mirrored: bool, css: str = "") -> Text:
    other = {"start": "end", "end": "start"}.get(anchor, anchor)
    return Text(_turned(x, mirrored), y, other if mirrored else anchor, text, css)


def _rest(top: float) -> float:
    return round(max(_BOTTOM - top, 1), 1)
