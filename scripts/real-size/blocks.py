"""Random weights in ggml's types, block by block: no copy in full precision is made.

Each function takes a generator of random numbers, how many numbers to make and their standard deviation, and gives bytes.
The layouts are those of ggml-common.h. Means are zero, and no scale is infinite or not a number.
"""
import numpy as np

# Q4_K: value = d * scale * q - dmin * min. With min = 7.5 * scale and dmin = d it is d * scale * (q - 7.5).
Q4_K_SCALES = np.array([2, 4, 6, 8], np.uint8)
UNIFORM_16 = np.sqrt((16 ** 2 - 1) / 12)
UNIFORM_64 = np.sqrt((64 ** 2 - 1) / 12)
E2M1 = np.array([0, 0.5, 1, 1.5, 2, 3, 4, 6])


def q4_k_patterns(random, count=1024):
    """`count` ways to fill the 12 bytes of 6-bit scales and minima of a block."""
    scales = random.choice(Q4_K_SCALES, (count, 8)).astype(np.uint8)
    minima = (scales.astype(np.uint16) * 15 // 2).astype(np.uint8)
    packed = np.zeros((count, 12), np.uint8)
    packed[:, 0:4] = scales[:, :4] | (scales[:, 4:] >> 4) << 6
    packed[:, 4:8] = minima[:, :4] | (minima[:, 4:] >> 4) << 6
    packed[:, 8:12] = (scales[:, 4:] & 15) | (minima[:, 4:] & 15) << 4
    return packed


def q4_k(random, count, std):
    blocks = count // 256
    d = np.float16(std / (np.sqrt(np.mean(Q4_K_SCALES.astype(float) ** 2)) * UNIFORM_16))
    data = np.frombuffer(random.bytes(blocks * 144), np.uint8).reshape(blocks, 144).copy()
    data[:, 0:4] = np.frombuffer(np.array([d, d]).tobytes(), np.uint8)
    patterns = q4_k_patterns(random)
    data[:, 4:16] = patterns[random.integers(0, len(patterns), blocks)]
    return data


def q6_k(random, count, std):
    # value = d * scale * (q - 32), scales from -64 to 63.
    blocks = count // 256
    d = np.float16(std / (np.sqrt((128 ** 2 - 1) / 12) * UNIFORM_64))
    data = np.frombuffer(random.bytes(blocks * 210), np.uint8).reshape(blocks, 210).copy()
    data[:, 192:208] = ((data[:, 192:208] & 127).astype(np.int8) - 64).view(np.uint8)
    data[:, 208:210] = np.frombuffer(d.tobytes(), np.uint8)
    return data


def q8_0(random, count, std):
    # value = d * q, q from -128 to 127.
    blocks = count // 32
    d = np.float16(std / np.sqrt((256 ** 2 - 1) / 12))
    data = np.frombuffer(random.bytes(blocks * 34), np.uint8).reshape(blocks, 34).copy()
    data[:, 0:2] = np.frombuffer(d.tobytes(), np.uint8)
    return data


# Block scales of NVFP4: 128 to 448 as E4M3 without sign, as ModelOpt makes them, whose tensor scale is amax / (6 * 448).
NVFP4_SCALES = np.arange(0x70, 0x7F, dtype=np.uint8)


def nvfp4(random, count):
    blocks = count // 64
    data = np.frombuffer(random.bytes(blocks * 36), np.uint8).reshape(blocks, 36).copy()
    data[:, 0:4] = NVFP4_SCALES[data[:, 0:4].astype(np.uint16) * len(NVFP4_SCALES) >> 8]
    return data


def nvfp4_tensor_scale(std):
    """The scale of a whole tensor by which the numbers of `nvfp4` get a standard deviation of `std`."""
    scales = (1 + (NVFP4_SCALES & 7) / 8) * 2.0 ** ((NVFP4_SCALES >> 3).astype(float) - 7)
    return std / np.sqrt(np.mean(scales ** 2) * np.mean(E2M1 ** 2))


def f32(random, count, std):
    return (random.standard_normal(count, np.float32) * np.float32(std)).view(np.uint8)


def f16(random, count, std):
    return (random.standard_normal(count, np.float32) * np.float32(std)).astype(np.float16).view(np.uint8)


def bf16(random, count, std):
    numbers = random.standard_normal(count, np.float32) * np.float32(std)
    return (numbers.view(np.uint32) >> 16).astype(np.uint16).view(np.uint8)
