"""The two models of the captioning benchmark: one of a realistic shape, and a tiny one for runs of thousands of windows.

They speak Qwen2.5-VL's layout with a vocabulary cut short. Answers never end by themselves: the rows of the output matrix
are zero for every token that ends an answer, or is no word with a space before it, so that its logit is 0 while the best of the
others is about 4. An answer is then as long as it may be, whoever runs the model.
"""
import qwen
from vocabularies import add_short_qwen


def short_vocabulary(size):
    def add(writer, llama):
        return size, add_short_qwen(writer, llama, size)
    return add


def make(folder, llama):
    # The text model has the shape of Qwen2.5-0.5B; its heads are 64 wide, so the sections of its positions are half of 7B's.
    qwen.text(folder / "captioning-q8_0.gguf", llama, "Captioning benchmark, random", "qwen2vl", layers=24, width=896,
              heads=14, key_heads=2, feed_forward=4864, context=32768, precision=qwen.Q8,
              add_vocabulary=short_vocabulary(32000), sections=(8, 12, 12, 0))
    qwen.projector(folder / "captioning-mmproj-f16.gguf", projected=896, layers=12, width=768, feed_forward=2048,
                   heads=12, pattern=3)


def make_tiny(folder, llama):
    qwen.text(folder / "captioning-tiny-q8_0.gguf", llama, "Captioning benchmark, tiny, random", "qwen2vl", layers=2,
              width=64, heads=1, key_heads=1, feed_forward=128, context=32768, precision=qwen.Q8,
              add_vocabulary=short_vocabulary(2048), sections=(8, 12, 12, 0))
    qwen.projector(folder / "captioning-tiny-mmproj-f16.gguf", projected=64, layers=2, width=64, feed_forward=128,
                   heads=2, pattern=2)
