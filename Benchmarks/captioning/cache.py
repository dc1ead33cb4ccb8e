"""What encoding equal frame pairs once gives on a picture that hardly changes.

The video is made: one frame of the real footage, darkened as at night, stands still for a minute; three times a piece of
the same footage, playing, crosses it within 3 s. The still part has no noise, and so H.264 leaves most of it as it was, as
with a surveillance camera that takes the noise out before it encodes. A camera that keeps its noise has no two equal frames,
and the cache gives nothing there.
"""
from . import footage, ours, process

SECONDS = 64
NIGHT = "eq=brightness=-0.25:saturation=0.4:contrast=0.8"


def video(setting):
    target = setting.folder / "night.mp4"
    if not target.exists():
        part = target.with_name("part.mp4")
        source = setting.deps / "footage" / "bikes.mp4"
        across = "mod(t-6,20)*170-96"
        footage.ffmpeg(
            "-i", source, "-stream_loop", -1, "-i", source, "-filter_complex",
            f"[0:v]trim=end_frame=1,crop=448:224:96:24,{NIGHT},loop=-1:1:0,fps=25,setpts=N/25/TB[still];"
            f"[1:v]fps=25,setpts=N/25/TB,crop=96:96:272:88,{NIGHT}[rider];"
            f"[still][rider]overlay=x='{across}':y=96:enable='gte(t,6)*lt(mod(t-6,20),3.2)',setsar=1",
            "-frames:v", SECONDS * 25, "-an", "-c:v", "libx264", "-preset", "medium", "-crf", 23, "-pix_fmt", "yuv420p", part)
        part.rename(target)
    return target


def measure(setting):
    """Seconds without and with the cache, in this order and then in the other, and what it found."""
    flag = "--captioning-use-mmcache"
    ours.need(setting, flag)
    windows = min(setting.windows, SECONDS // footage.SECONDS)
    cut = ["--fixed-stride-split-duration", footage.SECONDS, "--limit-clips", windows]
    path = video(setting)
    runs = {"without": [], "with": []}
    for name in ("without", "with") if setting.quick else ("without", "with", "with", "without"):
        extra = [*cut, flag] if name == "with" else cut
        runs[name].append(ours.caption(setting, [path], extra=extra, limit=setting.limit(windows)))
    summary = runs["with"][0]["summary"]
    if summary["windows"] != windows:
        process.fail(f"{summary['windows']} windows of {windows} were captioned.")
    if "reused_blocks" not in summary:
        process.fail(f"{flag} is taken, but summary.json tells no reused_blocks: this build's engine has no such cache yet.")
    seconds = {name: min(run["seconds"] for run in each) for name, each in runs.items()}
    return {"windows": windows, "encoded": summary["encoded_blocks"], "reused": summary["reused_blocks"],
            "seconds_without": seconds["without"], "seconds_with": seconds["with"]}
