"""Writes a GGUF file tensor by tensor, a few megabytes at a time."""
import os
import zlib

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType as Type, GGUFWriter

import blocks

FILL = {Type.Q4_K: blocks.q4_k, Type.Q6_K: blocks.q6_k, Type.Q8_0: blocks.q8_0, Type.F32: blocks.f32,
        Type.F16: blocks.f16, Type.BF16: blocks.bf16}
# Numbers made at once, a multiple of every block.
PIECE = 1 << 22


class ModelFile:
    """A GGUF file to be: keys go to `writer`, tensors are declared first and filled when the file is written."""

    def __init__(self, path, architecture):
        self.path = path
        self.part = path.with_name(path.name + ".part")
        self.writer = GGUFWriter(str(self.part), architecture)
        self.tensors = []

    def weight(self, name, shape, kind, std=None, zero_rows=()):
        """A matrix of random numbers; `shape` has the rows first, and `std` is 1 / sqrt(columns) unless given.

        Rows with a number in `zero_rows` are zero; such a matrix is made in one piece.
        """
        if len(zero_rows):
            self.add(name, shape, kind, (std or shape[-1] ** -0.5, zero_rows, shape[0]))
        elif kind == Type.NVFP4:
            self.add(name, shape, kind, None)
            scale = np.array([blocks.nvfp4_tensor_scale(std or shape[-1] ** -0.5)], np.float32)
            self.values(name.replace(".weight", ".scale"), scale)
            self.values(name.replace(".weight", ".input_scale"), np.ones(1, np.float32))
        else:
            self.add(name, shape, kind, std or shape[-1] ** -0.5)

    def values(self, name, array):
        """A small tensor with given 32-bit numbers."""
        self.add(name, array.shape, Type.F32, np.ascontiguousarray(array, np.float32))

    def ones(self, name, *shape):
        self.values(name, np.ones(shape, np.float32))

    def add(self, name, shape, kind, content):
        per_block, size = GGML_QUANT_SIZES[kind]
        count = int(np.prod(shape, dtype=np.int64))
        assert shape[-1] % per_block == 0, name
        self.writer.add_tensor_info(name, shape, np.float32, count // per_block * size, raw_dtype=kind)
        self.tensors.append((name, count, kind, content))

    def write(self):
        self.writer.write_header_to_file(self.part)
        self.writer.write_kv_data_to_file()
        self.writer.write_ti_data_to_file()
        out = self.writer.fout[0]
        self.writer.write_padding(out, out.tell())
        for name, count, kind, content in self.tensors:
            start = out.tell()
            for piece in self.pieces(name, count, kind, content):
                out.write(piece)
            self.writer.write_padding(out, out.tell() - start)
        out.close()
        os.replace(self.part, self.path)

    @staticmethod
    def pieces(name, count, kind, content):
        if isinstance(content, np.ndarray):
            yield content.tobytes()
            return
        random = np.random.Generator(np.random.SFC64(zlib.crc32(name.encode())))
        if isinstance(content, tuple):
            std, zero_rows, rows = content
            data = FILL[kind](random, count, std).view(np.uint8).reshape(rows, -1)
            data[list(zero_rows)] = 0
            yield data.tobytes()
            return
        for start in range(0, count, PIECE):
            numbers = min(PIECE, count - start)
            data = blocks.nvfp4(random, numbers) if kind == Type.NVFP4 else FILL[kind](random, numbers, content)
            yield data.tobytes()
