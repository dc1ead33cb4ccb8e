"""Motion drawn for a few frames, spread over many."""

import numpy as np


def stretched(values, count):
    """`values` (one row a frame) resampled to `count` rows between the same first and last, linearly."""
    where = np.linspace(0, len(values) - 1, count)
    low = np.minimum(np.floor(where).astype(int), len(values) - 2)
    share = (where - low).reshape(-1, *[1] * (values.ndim - 1))
    return (values[low] * (1 - share) + values[low + 1] * share).astype(values.dtype)
