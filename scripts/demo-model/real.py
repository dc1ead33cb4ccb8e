"""Scores the demo model on windows of real footage that were labelled by looking: camera and light must agree."""

import argparse
import glob
import json
import os
import shlex
import subprocess

import words


def run(command, footage, output, settings):
    """Caption the footage with the window settings the labels are for."""
    full = [*command, "--video-dir", footage, "--output-path", output,
            "--captioning-window-size", str(settings["window_size"]),
            "--captioning-remainder-threshold", str(settings["remainder_threshold"]),
            "--captioning-sampling-fps", str(settings["sampling_fps"])]
    subprocess.run(full, check=True, stdout=subprocess.DEVNULL)


def captions(output):
    """{(file name, first frame): caption}."""
    found = {}
    for path in glob.glob(os.path.join(output, "metas", "v0", "*.json")):
        with open(path) as file:
            clip = json.load(file)
        for window in clip["windows"]:
            found[os.path.basename(clip["source_video"]), window["start_frame"]] = window.get("demo_caption", "")
    return found


def score(labels, found):
    """Prints every window; returns (windows right, windows)."""
    right = 0
    for window in labels["windows"]:
        caption = found.get((window["video"], window["start_frame"]), "")
        said = words.read_caption(caption)
        good = said["camera"] in window["camera"] and said["light"] in window["light"]
        right += good
        print(f"{'right' if good else 'WRONG'}  {window['video']} {window['start_frame']}-{window['end_frame']}  "
              f"wanted {'/'.join(window['camera'])}, {'/'.join(window['light'])}\n       {caption}")
    return right, len(labels["windows"])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labels", required=True)
    parser.add_argument("--footage", required=True, help="folder with the videos")
    parser.add_argument("--output", required=True, help="folder for the captions")
    parser.add_argument("--run", required=True, help="the start of the `shotlist run` command")
    options = parser.parse_args()
    with open(options.labels) as file:
        labels = json.load(file)
    run(shlex.split(options.run), options.footage, options.output, labels["settings"])
    right, total = score(labels, captions(options.output))
    print(f"real footage: camera and light right in {right} of {total} windows ({100 * right / total:.0f} %)")


if __name__ == "__main__":
    main()
