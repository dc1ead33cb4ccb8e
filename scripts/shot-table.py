#!/usr/bin/env python3
"""Print the windows of an output folder as a table: clip, window, caption, preview.

usage: shot-table.py OUTPUT
"""
import json
import pathlib
import sys
import textwrap

CAPTION_WIDTH = 64


def rows(output):
    """One row a window, in the order of the videos and of time."""
    clips = [json.loads(path.read_text()) for path in (output / "metas" / "v0").glob("*.json")]
    for clip in sorted(clips, key=lambda clip: (clip["source_video"], clip["duration_span"])):
        start, end = clip["duration_span"]
        name = f"{pathlib.PurePath(clip['source_video']).name} {start:g}-{end:g} s"
        for window in clip["windows"]:
            span = f"{window['start_frame']}_{window['end_frame']}"
            captions = [text for key, text in window.items() if key.endswith("_caption")]
            caption = captions[0] if captions else f"({window.get('status')}: {window.get('reason')})"
            preview = output / "previews" / clip["span_uuid"] / f"{span}.webp"
            yield name, span, caption, str(preview) if preview.exists() else "(none)"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    table = list(rows(pathlib.Path(sys.argv[1])))
    if not table:
        sys.exit(f"There is no record of a clip in '{sys.argv[1]}/metas/v0'.")
    head = ("clip", "window", "caption", "preview")
    first, second = (max(len(row[column]) for row in [head, *table]) for column in (0, 1))
    for clip, window, caption, preview in [head, *table]:
        lines = textwrap.wrap(caption, CAPTION_WIDTH) or [""]
        print(f"{clip:{first}}  {window:{second}}  {lines[0]:{CAPTION_WIDTH}}  {preview}")
        for line in lines[1:]:
            print(f"{'':{first}}  {'':{second}}  {line}")


main()
