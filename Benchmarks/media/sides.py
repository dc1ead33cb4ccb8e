"""Who is measured. Each side does the clips of one folder and tells its seconds."""
import contextlib
import json
import pathlib
import tempfile

from captioning import process

from . import footage
from .workers import Worker


class Sides(contextlib.ExitStack):
    """The sides, each begun when it is first asked."""

    def __init__(self, setting):
        super().__init__()
        self.setting = setting
        self.workers = {}

    def worker(self, *command):
        if command not in self.workers:
            worker = self.enter_context(Worker([*command, self.setting.threads]))
            self.workers[command] = worker
        return self.workers[command]

    def ask_ours(self, **question):
        return self.worker(self.setting.program).ask(json.dumps(question))

    def ours(self, folder, **options):
        """The pipeline of the library; options are those of Benchmarks/Sources/MediaBench/Request.swift."""
        return self.ask_ours(**{"work": "run", "videos": str(folder), "isolated": self.setting.isolated, **options})

    def nemo(self, folder):
        """NeMo Curator's functions."""
        question = json.dumps({"clips": [str(clip) for clip in footage.clips(folder)]})
        return self.worker(self.setting.python, "-B", self.setting.nemo).ask(question)

    def floor(self, folder):
        """The same libraries in a loop in C, for the frames that we take."""
        plan = self.setting.folder / f"{folder.name}.plan"
        planned = self.ask_ours(work="plan", videos=str(folder), plan=str(plan))
        answer = self.worker(self.setting.floor).ask(plan)
        for figure in ("clips", "windows", "frames"):
            if answer[figure] != planned[figure]:
                process.fail(f"the floor made {answer[figure]} {figure} instead of {planned[figure]}.")
        return answer

    def ffmpeg(self, folder):
        """The two commands that a user would write for each clip."""
        frames = preview = 0.0
        clips = footage.clips(folder)
        with tempfile.TemporaryDirectory(dir=self.setting.folder) as place:
            target = pathlib.Path(place) / "preview.webp"
            for clip in clips:
                frames += self.command(clip, "-vf", "fps=2", "-pix_fmt", "rgb24", "-f", "rawvideo", "/dev/null")
                preview += self.command(clip, "-vf", "fps=1,scale=-2:240", "-c:v", "libwebp", "-quality", 50,
                                        "-compression_level", 6, "-loop", 0, target)
                if b"ANIM" not in target.read_bytes()[:64]:
                    process.fail(f"ffmpeg drew no animation of {clip}.")
        return {"clips": len(clips), "seconds": frames + preview, "prep_seconds": frames, "preview_seconds": preview}

    def command(self, clip, *output):
        """Seconds from the start of the process to its end."""
        return process.run(["ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", "-y", "-threads",
                            self.setting.threads, "-i", clip, "-an", *output], limit=600).seconds


def in_turn(sides, repeat):
    """What each side answers, by name; every other repeat they are asked in the opposite order."""
    names = list(sides)
    answers = {name: sides[name]() for name in (names if repeat % 2 == 0 else names[::-1])}
    for figure in ("clips", "windows", "frames"):
        told = {name: answer[figure] for name, answer in answers.items() if figure in answer}
        if len(set(told.values())) > 1:
            process.fail(f"the sides made different numbers of {figure}: {told}")
    drawn = {name: answer["preview_bytes"] for name, answer in answers.items() if "preview_bytes" in answer}
    if drawn and max(drawn.values()) > 1.05 * min(drawn.values()):
        process.fail(f"the previews of the sides are not the same, to judge by their bytes: {drawn}")
    return {name: answers[name] for name in names}


def warm_up(sides, *names):
    """Lets these sides do one clip, so that programs, libraries and what they import are in memory."""
    folder = footage.single(sides.setting, 1)
    for name in names:
        getattr(sides, name)(folder)
