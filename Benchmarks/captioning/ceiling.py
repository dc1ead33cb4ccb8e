"""What the same engine needs for the same shapes with nothing else to wait for."""
import json

from . import footage, process
from .setting import compiled


def vision(setting):
    """Seconds of encoding the pairs of all windows, one after another."""
    rgb = [frames.with_suffix(".rgb") for frames in setting.frames()]
    outcome = process.run([compiled(setting), setting.text(), setting.projector(), setting.threads, *footage.SIZE, *rgb],
                          setting.limit(len(rgb)))
    answer = json.loads(outcome.output)
    expected = (len(rgb) * footage.FRAMES // 2, footage.SIZE[0] * footage.SIZE[1] // 28 ** 2)
    if (answer["pairs"], answer["tokens"]) != expected:
        process.fail(f"the ceiling encoded {answer['pairs']} pairs of {answer['tokens']} tokens.")
    return answer["seconds"]


def text(setting, prompt_tokens):
    """Seconds of reading and answering all windows, batch by batch, and those of reading alone."""
    sizes = [min(setting.batch, setting.windows - first) for first in range(0, setting.windows, setting.batch)]
    room = setting.batch * (prompt_tokens + setting.output)
    outcome = process.run([
        setting.peers / "llama-batched-bench", "-m", setting.text(), "-npp", prompt_tokens, "-ntg", setting.output, "-npl",
        ",".join(map(str, sizes)), "-c", room + 256 * setting.batch, "-fa", "auto", "-t", setting.threads, "-tb",
        setting.threads, "-fit", "off", "--output-format", "jsonl"], setting.limit(setting.windows))
    rows = [json.loads(line) for line in (outcome.output + outcome.errors).splitlines() if line.startswith("{")]
    if [row["pl"] for row in rows] != sizes:
        process.fail(f"llama-batched-bench measured batches of {[row['pl'] for row in rows]} instead of {sizes}.")
    return sum(row["t"] for row in rows), sum(row["t_pp"] for row in rows)


def measure(setting, prompt_tokens):
    seconds, reading = text(setting, prompt_tokens)
    encoding = vision(setting)
    return {"seconds": encoding + seconds, "vision": encoding, "prompt": reading, "output": seconds - reading,
            "windows": setting.windows}
