"""Seconds for each minute of video over the length of a clip, ours and NeMo Curator's, and their picture."""
import math

from captioning import process

from . import footage
from .sides import in_turn, warm_up

LENGTHS = (5, 10, 20, 40, 80, 160)
WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 520, 320, 60, 50, 20, 20
STYLE = """
  text { font: 13px sans-serif; fill: #444 }
  .grid { stroke: #ddd } .axis { stroke: #888 } polyline { stroke-width: 2; fill: none } .value { text-anchor: middle }
  .ours { stroke: #1f6feb } circle.ours { fill: #1f6feb } .theirs { stroke: #c0392b } circle.theirs { fill: #c0392b }
  .said { text-anchor: start } text.ours { fill: #1f6feb; stroke: none } text.theirs { fill: #c0392b; stroke: none }
  @media (prefers-color-scheme: dark) { text { fill: #ccc } .grid { stroke: #444 } text.theirs { fill: #e57368 } }"""
# Where a value is written: below its point, or above.
TITLES = {"theirs": ("NeMo Curator", -9), "ours": ("Shotlist", 18)}


def measure(setting, sides):
    """For each length: seconds of both sides for a minute of video, and how many windows a clip has."""
    warm_up(sides, "ours", "nemo")
    found = {"busy": 0}
    for place, seconds in enumerate(LENGTHS[:4] if setting.quick else LENGTHS):
        folder = footage.length(setting, seconds)
        found["busy"] = max(found["busy"], process.announce(f"clips of {seconds} s"))
        answers = in_turn({"theirs": lambda: sides.nemo(folder), "ours": lambda: sides.ours(folder, mp4=True)}, place)
        clips = len(footage.clips(folder))
        found[str(seconds)] = {
            "windows": answers["ours"]["windows"] / clips,
            **{side: answer["seconds"] / (clips * seconds) * 60 for side, answer in answers.items()}}
    return found


def grid(values):
    """Lines of a logarithmic axis, with room for what is written beside the lowest and the highest value."""
    lines = [figure * 10 ** power for power in range(-2, 4) for figure in (1, 2, 5)]
    first = max(index for index, line in enumerate(lines) if line <= min(values) * 0.6)
    last = min(index for index, line in enumerate(lines) if line >= max(values) * 1.2)
    return lines[first:last + 1]


def draw(path, found):
    """Writes the plot; the axis of seconds is logarithmic."""
    lengths = sorted((name for name in found if name != "busy"), key=int)
    values = grid([found[length][side] for length in lengths for side in TITLES])

    def x(index):
        return LEFT + (WIDTH - LEFT - RIGHT) * (index + 0.5) / len(lengths)

    def y(value):
        share = math.log(value / values[0]) / math.log(values[-1] / values[0])
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * share

    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
             f'aria-label="Seconds for each minute of video over the length of a clip">', f"<style>{STYLE}</style>"]
    for value in values:
        kind = "axis" if value == values[0] else "grid"
        lines.append(f'<line class="{kind}" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}"/>')
        lines.append(f'<text x="{LEFT - 8}" y="{y(value) + 4:.1f}" text-anchor="end">{value:g}</text>')
    for row, (side, (title, below)) in enumerate(TITLES.items()):
        points = [(x(index), y(found[length][side])) for index, length in enumerate(lengths)]
        path_of_side = " ".join(f"{left:.1f},{down:.1f}" for left, down in points)
        lines.append(f'<polyline class="{side}" points="{path_of_side}"/>')
        for (left, down), length in zip(points, lengths, strict=True):
            lines.append(f'<circle class="{side}" cx="{left:.1f}" cy="{down:.1f}" r="4"/>')
            lines.append(f'<text class="value" x="{left:.1f}" y="{down + below:.1f}">{found[length][side]:.1f}</text>')
        lines.append(f'<text class="said {side}" x="{LEFT + 12}" y="{TOP + 14 + 18 * row}">{title}</text>')
    for index, length in enumerate(lengths):
        lines.append(f'<text class="value" x="{x(index):.1f}" y="{HEIGHT - BOTTOM + 18}">{length}</text>')
    lines.append(f'<text class="value" x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}">seconds of a clip</text>')
    middle = (TOP + HEIGHT - BOTTOM) / 2
    lines.append(f'<text class="value" transform="translate(16 {middle}) rotate(-90)">seconds a minute of video</text>')
    path.write_text("\n".join([*lines, "</svg>", ""]))
