"""The benchmark's windows: 16 clips of 4 s from the real footage, 448x224, no two frame pairs alike.

Below FOLDER: windows/NN.mp4, the clips that Shotlist is given; and for those that cannot cut windows themselves, the 16
frames of each that Shotlist shows the model, bit for bit: frames/NN/NN.png, frames/NN.rgb (bytes, one frame after another)
and videos/NN.mp4 (without loss, 4 frames a second).

448x224 is the smallest area that Qwen2.5-VL is shown, so no side has to scale a frame.
"""
import hashlib
import shutil

from . import process

SIZE = (448, 224)
FRAMES = 16
# Shown for each second: 16 frames of 4 s.
SAMPLING_FPS = 4
SECONDS = 4

FIT = "scale=448:224:force_original_aspect_ratio=increase:flags=bicubic,crop=448:224"


def clips():
    """The source, the start in seconds and the filter of each window."""
    corners = [(x, y) for y in (0, 1) for x in (0, 1)]
    for start in (0, 5):
        for x, y in corners:
            yield "bikes.mp4", start, f"crop=448:224:{x * 192}:{y * 48}"
    yield "bigbuckbunny.mp4", 0, FIT
    for x, y in corners:
        yield "bigbuckbunny.mp4", 0, f"crop=640:320:{x * 640}:{y * 400},{FIT}"
    yield "bigbuckbunny.mp4", 1.28, f"crop=960:480:160:120,{FIT}"
    for y in (0, 1):
        yield "carphone_pristine.mp4", 0, f"crop=176:88:0:{y * 56},{FIT}"


def ffmpeg(*arguments):
    return process.run(["ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", "-y", *map(str, arguments)], limit=300)


def encode(source, start, filters, target, frames=SECONDS * 25, size_options=()):
    ffmpeg("-ss", start, *size_options, "-i", source, "-vf", f"fps=25,{filters},setsar=1", "-frames:v", frames, "-an",
           "-c:v", "libx264", "-preset", "veryfast", "-crf", 12, "-pix_fmt", "yuv420p", "-g", 25, target)


def make(folder, sources, shotlist):
    """Makes what is missing; `shotlist` is the program."""
    if (folder / "videos").is_dir():
        return
    process.say("making 16 windows from the real footage")
    part = folder / "part"
    shutil.rmtree(part, ignore_errors=True)
    for name in ("windows", "frames", "videos"):
        (part / name).mkdir(parents=True)
    for number, (source, start, filters) in enumerate(clips()):
        encode(sources / source, start, filters, part / "windows" / f"{number:02}.mp4")
        show(part, f"{number:02}", shotlist)
    check(part)
    for name in ("windows", "frames", "videos"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (part / name).rename(folder / name)
    part.rmdir()


def show(part, name, shotlist):
    """Writes the frames that Shotlist shows of a window, in the three forms."""
    out = part / "shown"
    process.run([shotlist, "frames", part / "windows" / f"{name}.mp4", "--output", out, "--resized",
                 "--captioning-sampling-fps", SAMPLING_FPS], limit=120)
    shown = sorted(out.glob("*/*.png"))
    if len(shown) != FRAMES:
        process.fail(f"Shotlist shows {len(shown)} frames of window {name} instead of {FRAMES}.")
    target = part / "frames" / name
    target.mkdir()
    for number, picture in enumerate(shown):
        picture.rename(target / f"{number:02}.png")
    shutil.rmtree(out)
    pictures = ("-framerate", SAMPLING_FPS, "-i", target / "%02d.png")
    ffmpeg(*pictures, "-f", "rawvideo", "-pix_fmt", "rgb24", part / "frames" / f"{name}.rgb")
    video = part / "videos" / f"{name}.mp4"
    ffmpeg(*pictures, "-c:v", "libx264rgb", "-qp", 0, "-preset", "veryfast", video)
    again = part / "again.rgb"
    ffmpeg("-i", video, "-vf", f"fps={SAMPLING_FPS}", "-f", "rawvideo", "-pix_fmt", "rgb24", again)
    if again.read_bytes() != (part / "frames" / f"{name}.rgb").read_bytes():
        process.fail(f"the video of window {name} does not give its frames back.")
    again.unlink()


def check(part):
    """Every window has its 16 frames in the right size, and no pair comes twice."""
    pair = 2 * 3 * SIZE[0] * SIZE[1]
    seen = set()
    for file in sorted((part / "frames").glob("*.rgb")):
        content = file.read_bytes()
        if len(content) != FRAMES // 2 * pair:
            process.fail(f"the frames of {file.name} are not {FRAMES} of {SIZE[0]}x{SIZE[1]}.")
        seen |= {hashlib.sha256(content[start:start + pair]).digest() for start in range(0, len(content), pair)}
    if len(seen) != 16 * FRAMES // 2:
        process.fail(f"only {len(seen)} of {16 * FRAMES // 2} frame pairs differ.")
