"""Light and tone of a picture: how they are measured, their classes with margins between, and how to reach a class."""

import cv2
import numpy as np

LUMA = np.array([0.299, 0.587, 0.114], np.float32)
# Mean luma (0..255) of each class of light; what lies between classes is never drawn.
LIGHT_RANGES = [(14, 52), (72, 108), (132, 225)]
# Hue of the mean colour, degrees, of each tone but grey.
TONE_HUES = {0: (-25, 60), 1: (185, 258), 2: (85, 160), 3: (275, 322)}
GREY_BELOW, COLOURED_ABOVE = 0.07, 0.16
GREY = 4


def chroma_and_hue(mean):
    """(chroma, hue in degrees -60..300) of a mean RGB colour; chroma is (max - min) / max."""
    r, g, b = (float(v) for v in mean)
    top, low = max(r, g, b), min(r, g, b)
    spread = top - low
    if spread < 1e-6:
        return 0.0, 0.0
    if top == r:
        hue = 60 * (g - b) / spread
    elif top == g:
        hue = 120 + 60 * (b - r) / spread
    else:
        hue = 240 + 60 * (r - g) / spread
    return spread / max(top, 1.0), hue


def mean_colour(pictures):
    """Mean RGB of pictures (..., H, W, 3)."""
    return np.array(cv2.mean(pictures.reshape(-1, pictures.shape[-2], 3))[:3], np.float32)


def classify(mean):
    """(light, tone) of a mean RGB colour, as indices into the vocabulary; None for what lies in a margin."""
    luma = float(np.dot(mean, LUMA))
    light = next((i for i, (low, high) in enumerate(LIGHT_RANGES) if low <= luma <= high), None)
    chroma, hue = chroma_and_hue(mean)
    if chroma < GREY_BELOW:
        return light, GREY
    tone = None
    if chroma > COLOURED_ABOVE:
        for index, (low, high) in TONE_HUES.items():
            if low <= hue <= high or low <= hue - 360 <= high:
                tone = index
    return light, tone


def adjust(rng, canvas, light, tone):
    """`canvas` (RGB float) with gains that bring its mean near the middle of a class of light and of tone.

    A tone of None keeps the picture's own."""
    mean = mean_colour(canvas)
    low, high = LIGHT_RANGES[light]
    target = rng.uniform(low + 0.15 * (high - low), low + 0.75 * (high - low))
    gains = np.ones(3, np.float32)
    if tone is not None:
        gains = _tone_colour(rng, tone) / np.maximum(mean, 4)
    scaled = mean * gains
    gains = gains * target / max(float(np.dot(scaled, LUMA)), 1.0)
    out = canvas * gains
    if light == 2:
        # Clipping would darken what gains lift: compress the upper end instead.
        out = np.where(out > 180, 180 + 75 * (1 - np.exp(-(out - 180) / 75)), out)
    return np.clip(out, 0, 255)


def _tone_colour(rng, tone):
    if tone == GREY:
        return np.ones(3, np.float32) * 100
    low, high = TONE_HUES[tone]
    hue = rng.uniform(low + 8, high - 8) % 360
    chroma = rng.uniform(COLOURED_ABOVE + 0.05, 0.6)
    x = hue / 60
    full = np.clip(np.array([abs(x - 3) - 1, 2 - abs(x - 2), 2 - abs(x - 4)]), 0, 1)
    return (100 * (1 - chroma * (1 - full))).astype(np.float32)
