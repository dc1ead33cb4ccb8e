"""What a clip costs where there are one, ten, a hundred and a thousand of them: clips of 320x180, 4 s each."""
import statistics

from captioning import process

from . import footage

# Few clips are over in no time, and so they are done several times.
REPEATS = {1: 9, 10: 5, 100: 1, 1000: 1}


def measure(setting, sides):
    """Seconds a clip by number of clips."""
    found = {"busy": 0}
    sides.ours(footage.small(setting, 1))
    for count in [count for count in REPEATS if count < 1000 or not setting.quick]:
        folder = footage.small(setting, count)
        found["busy"] = max(found["busy"], process.announce(f"{count} small clip(s)"))
        answers = [sides.ours(folder) for _ in range(REPEATS[count])]
        if answers[0]["clips"] != count:
            process.fail(f"{answers[0]['clips']} clips were done instead of {count}.")
        found[str(count)] = statistics.median(answer["seconds"] for answer in answers) / count
    return found
