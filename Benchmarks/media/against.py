"""Parts of two sides that are asked in turn, on the same clips, several times."""
from . import footage
from .sides import in_turn, warm_up


def nemo_single(setting, sides):
    folder = footage.single(setting, 4 if setting.quick else 12)
    return {"theirs": lambda: sides.nemo(folder), "ours": lambda: sides.ours(folder, mp4=True)}


def nemo_many(setting, sides):
    folder = footage.many(setting)
    return {"theirs": lambda: sides.nemo(folder), "ours": lambda: sides.ours(folder, mp4=True)}


def floor(setting, sides):
    folder = footage.single(setting, 4 if setting.quick else 12)
    # The floor's frames stay in 8 bits. Ours are float16, as NeMo Curator's; in 8 bits they are asked for beside it.
    return {"theirs": lambda: sides.floor(folder), "ours": lambda: sides.ours(folder),
            "in_8_bits": lambda: sides.ours(folder, dtype="uint8")}


def ffmpeg(setting, sides):
    folder = footage.single(setting, 4 if setting.quick else 12)
    return {"theirs": lambda: sides.ffmpeg(folder), "ours": lambda: sides.ours(folder)}


def isolation(setting, sides):
    """Ours with itself: videos read in processes of their own, and in this one.

    A run starts three processes here, 0.1 s each, however much there is to read; so there is more than the others read.
    """
    folder = footage.single(setting, 12 if setting.quick else 48)
    return {"theirs": lambda: sides.ours(folder, isolated=False), "ours": lambda: sides.ours(folder, isolated=True)}


PARTS = {"nemo_single": nemo_single, "nemo_many": nemo_many, "floor": floor, "ffmpeg": ffmpeg, "isolation": isolation}


def begin(part, sides):
    others = {"floor": ["floor"], "ffmpeg": ["ffmpeg"], "isolation": []}
    warm_up(sides, "ours", *others.get(part, ["nemo"]))


def measure(part, setting, sides, repeat):
    return in_turn(PARTS[part](setting, sides), repeat)
