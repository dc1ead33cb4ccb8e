"""The sizes and numbers of frames the demo model meets, and how often it is trained on each."""

# height, width, share: what a frame becomes by factor 28, at most 12544 pixels (1:1, 16:9, 4:3, 2.35:1, upright).
SIZES = [(112, 112, 0.34), (84, 140, 0.32), (84, 112, 0.16), (56, 168, 0.08), (140, 84, 0.06), (112, 84, 0.04)]
COUNTS = [(4, 0.09), (6, 0.15), (8, 0.20), (10, 0.14), (12, 0.10), (14, 0.07), (16, 0.09), (20, 0.09), (26, 0.03),
          (32, 0.02), (40, 0.02)]
FRAMES_A_BATCH = 80
MAX_BATCH = 12


FEW_COUNTS = [(4, 0.4), (6, 0.35), (8, 0.25)]


def choose_bucket(rng, few):
    """A (frames, height, width) and the number of clips of it that make one batch; `few` frames while only looking."""
    counts = FEW_COUNTS if few else COUNTS
    height, width, _ = SIZES[rng.choice(len(SIZES), p=[s[2] for s in SIZES])]
    count = counts[rng.choice(len(counts), p=[c[1] for c in counts])][0]
    return count, height, width, max(2, min(MAX_BATCH, FRAMES_A_BATCH // count))
