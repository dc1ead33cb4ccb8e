"""llama-server with as many slots as Shotlist's batch, and as many requests on the way."""
import concurrent.futures
import json
import socket
import tempfile
import time
import urllib.error
import urllib.request

from . import footage, process
from .setting import PROMPT, SYSTEM


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A llama-server that is ended with the block that it is used in."""

    def __init__(self, setting, context, options=()):
        self.setting, self.context, self.options = setting, context, options

    def __enter__(self):
        setting, port = self.setting, free_port()
        self.address = f"http://127.0.0.1:{port}"
        self.log = tempfile.TemporaryFile()
        self.process = process.start([
            setting.peers / "llama-server", "-m", setting.text(), "-mm", setting.projector(), "--host", "127.0.0.1", "--port",
            port, "-np", setting.batch, "-c", self.context * setting.batch, "--no-kv-unified", "-fa", "auto", "-t",
            setting.threads, "-tb", setting.threads, "-fit", "off", "--cache-ram", "0", "--no-cache-prompt", "--media-path",
            f"{setting.folder}/", "--video-fps", footage.SAMPLING_FPS, *self.options], self.log, self.log)
        self.wait()
        return self

    def __exit__(self, *_):
        process.end(self.process)
        self.log.close()

    def complaint(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")[-2000:]

    def wait(self):
        for _ in range(1200):
            try:
                with urllib.request.urlopen(f"{self.address}/health", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                if self.process.poll() is not None:
                    break
                time.sleep(0.25)
        words = self.complaint()
        process.end(self.process)
        process.fail(f"llama-server did not start: {words}")

    def caption(self, media, output):
        """One window's answer: how many tokens its prompt and its answer have."""
        body = {"messages": [{"role": "system", "content": SYSTEM},
                             {"role": "user", "content": [*media, {"type": "text", "text": PROMPT}]}],
                "max_tokens": output, "temperature": 0, "ignore_eos": True, "cache_prompt": False}
        request = urllib.request.Request(f"{self.address}/v1/chat/completions", json.dumps(body).encode(),
                                         {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=self.setting.limit(self.setting.windows)) as answer:
                return json.load(answer)["usage"]
        except (urllib.error.URLError, OSError, KeyError) as error:
            said = error.read().decode(errors="replace")[:500] if isinstance(error, urllib.error.HTTPError) else ""
            process.fail(f"llama-server did not answer ({error}) {said}: {self.complaint()}")


def images(setting, frames):
    return [{"type": "image_url", "image_url": {"url": f"file://{picture.relative_to(setting.folder)}"}}
            for picture in sorted(frames.glob("*.png"))]


def video(setting, path):
    return [{"type": "input_video", "input_video": {"url": f"file://{path.relative_to(setting.folder)}"}}]


def measure(setting, media, context, options=()):
    """Seconds of all windows; starting the server and a first answer are not counted."""
    with Server(setting, context, options) as server:
        server.caption(media[0][:2], 4)
        begin = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(setting.batch) as pool:
            try:
                answers = list(pool.map(lambda parts: server.caption(parts, setting.output), media))
            except BaseException:
                # Leaving the pool waits for its requests, which a server that is gone ends at once.
                pool.shutdown(wait=False, cancel_futures=True)
                process.end(server.process)
                raise
        seconds = time.monotonic() - begin
    if any(answer["completion_tokens"] != setting.output for answer in answers):
        process.fail("llama-server did not write as many tokens as were asked for.")
    return {"seconds": seconds, "windows": len(answers), "prompt_tokens": max(answer["prompt_tokens"] for answer in answers)}


def with_images(setting):
    # Each frame has its own 128 tokens, and a token before and after it.
    return measure(setting, [images(setting, frames) for frames in setting.frames()], context=2560)


def with_video(setting):
    """As the server comes: it writes the time after the first frame and each 5 s, so that the first frame stands alone and
    the others pair up anew, nine blocks in place of eight."""
    return measure(setting, [video(setting, path) for path in setting.videos()], context=1536)


def with_unstamped_video(setting):
    """Without the times, which leaves the same pairs as ours."""
    return measure(setting, [video(setting, path) for path in setting.videos()], context=1280,
                   options=("--video-timestamp-interval", "0"))
