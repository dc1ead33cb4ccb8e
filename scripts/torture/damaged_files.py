"""Makes thousands of damaged files of the footage and of scripts/corpus, in folders, and a manifest that says how."""
import os
import random
import shutil
import subprocess

import damage
import footage
import process
import shotlist
from setting import ROOT

# The command line takes files by these extensions, and tells by the content what they are: a transport stream comes as
# one of them.
CONTAINERS = {"mp4": "mp4", "mov": "mov", "mkv": "mkv", "webm": "webm", "avi": "avi", "m4v": "m4v", "ts": "ts.mp4"}
# Files of scripts/corpus to damage: small, and of all codecs.
CORPUS = [
    "bframes.mp4", "hevc.mp4", "hevc_layers.mp4", "av1.mp4", "offset_frag.mp4", "editlist.mp4", "vfr.mp4", "one.mp4",
    "interlaced.mp4", "rate1.mp4", "rot90.mp4", "hdr10.mp4", "hlg.mp4", "full.mp4", "odd444.mp4",
    "hevc_opengop.mkv", "opengop.mkv", "count.mkv", "vfr.mkv", "av1_aom.mkv", "pq.mkv", "hevc_cra.mkv",
    "ten.webm", "odd.webm", "vp8.webm", "altref.webm",
    "bframes.avi", "opengop.avi", "mpeg4.avi", "odd.avi", "plain.avi",
    "mpeg2.ts", "opengop.ts", "hevc_opengop.ts", "interlaced_mpeg2.ts", "two_sizes.ts", "wrap.ts",
]
# Made of the corpus and of footage without encoding, for containers that have few files there: name, source, seconds.
CUTS = [
    ("prores.mov", "prores.mov", 0.5), ("mjpeg.mov", "mjpeg.mov", 0.5), ("alpha_png.mov", "alpha_png.mov", 0.3),
    ("bframes.mov", "bframes.mp4", 2), ("hevc.mov", "hevc.mp4", 2), ("bframes.m4v", "bframes.mp4", 2),
    ("editlist.m4v", "editlist.mp4", 2), ("nobframes.m4v", "nobframes.mp4", 2), ("bikes.mp4", None, 2),
    ("bikes.mkv", None, 2), ("bikes.avi", None, 2), ("bikes.ts", None, 2), ("bikes.m4v", None, 2),
    ("bikes.mov", None, 2),
]
# The name of a whole file that is in each folder: a run none of whose files can be read ends with 1.
SOUND = "sound.mp4"


def whole_files(setting, folder):
    """Files to damage, by container."""
    made = subprocess.run([ROOT / "scripts" / "corpus.sh"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                          check=True, timeout=1200, preexec_fn=process.end_with_parent)
    corpus = ROOT / made.stdout.strip()
    found = {container: [] for container in CONTAINERS}
    for name in CORPUS:
        found[name.rsplit(".", 1)[1]].append(corpus / name)
    for name, source, seconds in CUTS:
        source = corpus / source if source else setting.deps / "footage" / "bikes.mp4"
        cut = footage.ffmpeg("-i", source, "-t", seconds, "-c", "copy", folder / "whole" / name)
        found[name.rsplit(".", 1)[1]].append(cut)
    return found


def make(setting, folder, count, size):
    """`count` damaged files, `size` in each folder; gives the place, and the folders' names."""
    place = folder / f"files-{setting.seed}-{count}"
    groups = [f"{number:02}" for number in range(count // size)]
    if place.exists():
        return place, groups
    whole = whole_files(setting, folder)
    content = {path: path.read_bytes() for paths in whole.values() for path in paths}
    part = shotlist.empty(folder / "files.part")
    rows = ["file\tsource\tcontainer\tseed\tdamage\twhat"]
    for index in range(count):
        container = list(CONTAINERS)[index % len(CONTAINERS)]
        seed = f"{setting.seed} damaged {index}"
        dice = random.Random(seed + " source")
        source, other = dice.choice(whole[container]), dice.choice(sorted(content))
        data, kind, detail = damage.damage(seed, content[source], container, content[other])
        # A name may say something else than the content.
        ending = CONTAINERS[container] if dice.random() < 0.95 else dice.choice(list(CONTAINERS.values()))
        name = f"{groups[index // size]}/{index:04}-{source.stem}.{ending}"
        (part / name).parent.mkdir(exist_ok=True)
        (part / name).write_bytes(data)
        rows.append("\t".join([name, source.name, container, seed, kind, detail]))
    for group in groups:
        shutil.copy(setting.deps / "footage" / "carphone_pristine.mp4", part / group / SOUND)
    (part / "manifest.tsv").write_text("\n".join(rows) + "\n")
    os.replace(part, place)
    return place, groups
