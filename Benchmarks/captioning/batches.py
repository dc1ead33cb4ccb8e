"""Throughput over the batch size, and its picture."""
from . import ours

SIZES = (1, 2, 4, 8, 16)
WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 520, 320, 60, 50, 20, 20
STYLE = """
  text { font: 13px sans-serif; fill: #444 }
  .grid { stroke: #ddd } .axis { stroke: #888 }
  .ours { stroke: #1f6feb; stroke-width: 2; fill: none } .dot { fill: #1f6feb } .value { text-anchor: middle }
  .ceiling { stroke: #c0392b; stroke-dasharray: 5 4 } .said { fill: #c0392b; text-anchor: end }
  @media (prefers-color-scheme: dark) { text { fill: #ccc } .grid { stroke: #444 } .said { fill: #e57368 } }"""


def measure(setting):
    """Output tokens a second of the whole run for each batch size, with at least as many windows as a batch has."""
    found = {}
    for size in SIZES:
        clips = setting.clips()[:max(size, min(4, setting.windows))]
        if size <= setting.windows:
            result = ours.whole(setting, clips, batch=size)
            found[str(size)] = result["output_tokens"] / result["seconds"]
    return found


def nice_top(value):
    """A round number just above a value, and the step of its grid."""
    step = next(step for step in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500) if value / step <= 6)
    return (int(value / step) + 1) * step, step


def draw(path, rates, ceiling=None):
    """Writes the plot; `ceiling` is what the engine alone would write at the benchmark's batch."""
    top, step = nice_top(max([*rates.values(), ceiling or 0]))
    sizes = sorted(rates, key=int)

    def x(index):
        return LEFT + (WIDTH - LEFT - RIGHT) * (index + 0.5) / len(sizes)

    def y(value):
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / top

    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
             f'aria-label="Caption tokens a second over the batch size">', f"<style>{STYLE}</style>"]
    for number in range(round(top / step) + 1):
        value = number * step
        kind = "grid" if number else "axis"
        lines.append(f'<line class="{kind}" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}"/>')
        lines.append(f'<text x="{LEFT - 8}" y="{y(value) + 4:.1f}" text-anchor="end">{value:g}</text>')
    if ceiling:
        lines.append(f'<line class="ceiling" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(ceiling):.1f}" y2="{y(ceiling):.1f}"/>')
        lines.append(f'<text class="said" x="{WIDTH - RIGHT}" y="{y(ceiling) - 6:.1f}">the engine alone, batch 8</text>')
    points = [(x(index), y(rates[size])) for index, size in enumerate(sizes)]
    lines.append(f'<polyline class="ours" points="{" ".join(f"{left:.1f},{down:.1f}" for left, down in points)}"/>')
    for (left, down), size in zip(points, sizes, strict=True):
        lines.append(f'<circle class="dot" cx="{left:.1f}" cy="{down:.1f}" r="4"/>')
        lines.append(f'<text class="value" x="{left:.1f}" y="{down + 20:.1f}">{rates[size]:.1f}</text>')
        lines.append(f'<text class="value" x="{left:.1f}" y="{HEIGHT - BOTTOM + 18}">{size}</text>')
    lines.append(f'<text class="value" x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}">--captioning-batch-size</text>')
    middle = (TOP + HEIGHT - BOTTOM) / 2
    lines.append(f'<text class="value" transform="translate(16 {middle}) rotate(-90)">caption tokens a second</text>')
    path.write_text("\n".join([*lines, "</svg>", ""]))
