"""Whether memory stays flat: 40 windows of the benchmark's shape, then hundreds and thousands of tiny ones."""
from . import footage, ours, process

# Frames of 56x56 in windows of 4: two pairs of 4 tokens.
TINY = ("--captioning-window-size", 4, "--captioning-remainder-threshold", 4, "--captioning-min-pixels", 3136,
        "--captioning-max-pixels", 3136)
# Of a clip of 10 s, 250 frames: the last two join the last window.
WINDOWS_A_CLIP = 62


def megabytes(memory):
    """The most in the second quarter of a run, when all is warm, the most in its last, and the most of all."""
    if len(memory) < 8:
        process.fail("the run was too short to watch its memory.")
    end = memory[-1][0]

    def most(start, stop):
        return max(held for at, held in memory if start * end <= at <= stop * end) / 1e6

    return {"second_quarter": round(most(0.25, 0.5), 1), "last_quarter": round(most(0.75, 1), 1), "peak": round(most(0, 1), 1)}


def at_this_shape(setting, windows=40):
    clips = [setting.clips()[number % setting.windows] for number in range(windows)]
    result = ours.caption(setting, clips, watch_memory=True)
    return {"windows": len(result["windows"]), "seconds": result["seconds"], **megabytes(result["memory"])}


def tiny(setting, windows):
    video = setting.folder / f"tiny-{windows}.mp4"
    if not video.exists():
        part = video.with_name("part.mp4")
        footage.encode(setting.deps / "footage" / "bigbuckbunny.mp4", 0, "scale=56:56:flags=bicubic", part,
                       frames=-(-windows // WINDOWS_A_CLIP) * 250, size_options=("-stream_loop", -1))
        part.rename(video)
    result = ours.caption(setting, [video], watch_memory=True, model="captioning-tiny", output=4, shown=TINY,
                          limit=600 + windows)
    return {"windows": len(result["windows"]), "seconds": result["seconds"], **megabytes(result["memory"])}


def measure(setting):
    found = {} if setting.quick else {"40": at_this_shape(setting)}
    for windows in (400, 1000) if setting.quick else (400, 4000):
        found[str(windows)] = tiny(setting, windows)
    return found
