"""Damages videos: what disks, broken downloads and bad tools do to files, and headers that lie. The same seed makes the
same bytes of the same file."""
import random

import containers

# Numbers that readers stumble over.
EXTREMES = [0, 1, 2, 7, 8, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFFFFFE,
            0xFFFFFFFF]


def place(dice, data, most=None):
    return dice.randrange(max(1, min(len(data), most or len(data))))


def flip(dice, data, most=None):
    """Bits change: `most` is how far from the beginning."""
    count = dice.choice([1, 2, 8, 64, 512])
    for _ in range(count):
        data[place(dice, data, most)] ^= 1 << dice.randrange(8)
    return f"{count} bits"


def run_of(dice, data):
    start = place(dice, data)
    lengths = [4, 16, 188, 4096, max(1, len(data) // 10), max(1, len(data) // 4)]
    return start, min(len(data), start + dice.choice(lengths))


def flips(dice, data, _):
    return flip(dice, data)


def head_flips(dice, data, _):
    return flip(dice, data, dice.choice([64, 1024, 8192]))


def index_flips(dice, data, fields):
    """Bits of headers change, wherever they are."""
    count = dice.choice([1, 3, 20])
    for _ in range(count):
        data[dice.choice(fields) + dice.randrange(4)] ^= 1 << dice.randrange(8)
    return f"{count} bits of headers"


def lies(dice, data, fields):
    """Numbers of headers are others: too large, zero, negative."""
    count = dice.choice([1, 1, 1, 2, 5])
    for _ in range(count):
        at, value = dice.choice(fields), dice.choice(EXTREMES)
        data[at:at + 4] = value.to_bytes(4, dice.choice(["big", "little"]))
    return f"{count} numbers of headers"


def swaps(dice, data, fields):
    """Numbers of headers change places with others."""
    for _ in range(dice.choice([1, 4])):
        one, other = dice.choice(fields), dice.choice(fields)
        if abs(one - other) >= 4:
            data[one:one + 4], data[other:other + 4] = data[other:other + 4], data[one:one + 4]
    return "numbers of headers swapped"


def cut_end(dice, data, _):
    del data[dice.choice([place(dice, data), place(dice, data, 4096), max(1, len(data) - place(dice, data, 64))]):]
    return f"{len(data)} bytes left"


def cut_start(dice, data, _):
    count = place(dice, data, dice.choice([16, 4096, len(data)]))
    del data[:count]
    return f"without the first {count}"


def cut_out(dice, data, _):
    start, end = run_of(dice, data)
    del data[start:end]
    return f"without {start} to {end}"


def zero(dice, data, _):
    start, end = run_of(dice, data)
    data[start:end] = bytes(end - start)
    return f"zeroes from {start} to {end}"


def noise(dice, data, _):
    start, end = run_of(dice, data)
    data[start:end] = dice.randbytes(end - start)
    return f"noise from {start} to {end}"


def repeat(dice, data, _):
    start, end = run_of(dice, data)
    at = place(dice, data)
    data[at:at] = data[start:end] * dice.choice([1, 1, 4])
    return f"{start} to {end} again at {at}"


def insert(dice, data, _):
    at, count = place(dice, data), dice.choice([1, 2, 188, 1000])
    data[at:at] = dice.randbytes(count)
    return f"{count} bytes more at {at}"


ALONE = [flips, head_flips, index_flips, index_flips, lies, lies, swaps, cut_end, cut_start, cut_out, zero, noise,
         repeat, insert]


def splice(dice, data, other, fields):
    """The head of one file before the body of another."""
    at = dice.choice([dice.choice(fields), place(dice, data), min(len(data), 4096)])
    start = dice.choice([at, place(dice, other)])
    data[at:] = other[min(start, len(other)):]
    return f"from {at} on another file's from {start}"


def damage(seed, data, container, other):
    """A damaged copy of `data`, what was done, and how; `other` is another file's content."""
    fields = containers.fields(data, container)
    dice, data = random.Random(seed), bytearray(data)
    if dice.random() < 0.15:
        what = splice(dice, data, other, fields)
        return bytes(data), "splice", what
    done = []
    # Mostly one kind of damage, sometimes two.
    for act in dice.sample(ALONE, dice.choice([1, 1, 1, 2])):
        fields = [at for at in fields if at + 4 <= len(data)] or [0]
        if not data:
            break
        if len(data) < 8:
            act = insert
        done.append((act.__name__, act(dice, data, fields)))
    return bytes(data), "+".join(name for name, _ in done), "; ".join(text for _, text in done)
