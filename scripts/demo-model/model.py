"""A lean Qwen2.5-VL for training: the reference architecture's mathematics, batched, with its tensor names."""

import torch
import torch.nn as nn
import torch.nn.functional as F

VISION = dict(depth=4, hidden=128, heads=4, inner=384, patch=14, temporal=2, merge=2, window=112, full=(1, 3))
TEXT = dict(layers=4, hidden=192, heads=4, kv_heads=4, inner=512, theta=10000.0, sections=(8, 8, 8))
IMAGE_MEAN = (0.48145466, 0.4578275, 0.40821073)
IMAGE_STD = (0.26862954, 0.26130258, 0.27577711)


class RMSNorm(nn.Module):
    """Root mean square normalisation, eps 1e-6."""

    def __init__(self, size):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))

    def forward(self, x):
        return F.rms_norm(x.float(), (x.shape[-1],), self.weight, 1e-6)


class MLP(nn.Module):
    """SwiGLU."""

    def __init__(self, size, inner, bias):
        super().__init__()
        self.gate_proj = nn.Linear(size, inner, bias=bias)
        self.up_proj = nn.Linear(size, inner, bias=bias)
        self.down_proj = nn.Linear(inner, size, bias=bias)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


def rotate(x, cos, sin):
    """Rotary embedding, halves convention."""
    half = x.shape[-1] // 2
    turned = torch.cat([-x[..., half:], x[..., :half]], -1)
    return x * cos + turned * sin


def attend(q, k, v, mask):
    """Softmax attention; `mask` is added to the scores. Spelled out: on CPUs its gradient is six times as fast in
    bfloat16 as that of the fused kernel."""
    with torch.autocast("cpu", enabled=False):
        scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2)
        if mask is not None:
            scores = scores + mask.to(scores.dtype)
        return torch.softmax(scores, -1) @ v


class VisionAttention(nn.Module):
    """Attention among the patches of one pair of frames."""

    def __init__(self, size, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(size, 3 * size)
        self.proj = nn.Linear(size, size)

    def forward(self, x, cos, sin, mask):
        b, n, d = x.shape
        q, k, v = self.qkv(x).view(b, n, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        y = attend(rotate(q, cos, sin), rotate(k, cos, sin), v, mask)
        return self.proj(y.transpose(1, 2).reshape(b, n, d))


class VisionBlock(nn.Module):
    """One layer of the vision tower."""

    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = RMSNorm(VISION["hidden"]), RMSNorm(VISION["hidden"])
        self.attn = VisionAttention(VISION["hidden"], VISION["heads"])
        self.mlp = MLP(VISION["hidden"], VISION["inner"], bias=True)

    def forward(self, x, cos, sin, mask):
        x = x + self.attn(self.norm1(x).to(cos.dtype), cos, sin, mask)
        return x + self.mlp(self.norm2(x).to(cos.dtype))


class Merger(nn.Module):
    """Four neighbouring patches become one token of the text model."""

    def __init__(self):
        super().__init__()
        size = VISION["hidden"] * VISION["merge"] ** 2
        self.ln_q = RMSNorm(VISION["hidden"])
        self.mlp = nn.Sequential(nn.Linear(size, size), nn.GELU(), nn.Linear(size, TEXT["hidden"]))

    def forward(self, x, dtype):
        return self.mlp(self.ln_q(x).to(dtype).reshape(*x.shape[:-2], -1, self.mlp[0].in_features))


def through(layer, *inputs):
    """What a layer makes of its inputs; training puts a compiled version of this in its place."""
    return layer(*inputs)


class VisionTower(nn.Module):
    """Pairs of frames to merged tokens; windows of 112 pixels in all layers but those in `full`."""

    def __init__(self):
        super().__init__()
        pixels = 3 * VISION["temporal"] * VISION["patch"] ** 2
        self.patch_embed = nn.ModuleDict({"proj": nn.Linear(pixels, VISION["hidden"], bias=False)})
        self.blocks = nn.ModuleList(VisionBlock() for _ in range(VISION["depth"]))
        self.merger = Merger()
        self.basis, self.tables, self.through = None, {}, through

    def start_from(self, basis):
        """Train the patch embedding in the coordinates of `basis` (see whiten.py), at first one direction a channel."""
        self.basis = basis
        self.patch_embed["proj"].weight.data = torch.eye(VISION["hidden"], len(basis))

    def fold_basis(self):
        """Turn the patch embedding's weights from the coordinates of training (see whiten.py) into pixels."""
        self.patch_embed["proj"].weight.data = self.patch_embed["proj"].weight.data @ self.basis
        self.basis = None

    def _tables(self, rows, columns):
        """Rotary angles and window mask of a grid of patches, in the order patches are merged."""
        if (rows, columns) not in self.tables:
            dim = VISION["hidden"] // VISION["heads"] // 2
            inverse = 1.0 / (10000.0 ** (torch.arange(0, dim, 2).float() / dim))
            y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
            y, x = (v.view(rows // 2, 2, columns // 2, 2).permute(0, 2, 1, 3).reshape(-1) for v in (y, x))
            angles = torch.cat([y[:, None] * inverse, x[:, None] * inverse], -1)
            angles = torch.cat([angles, angles], -1)
            side = VISION["window"] // VISION["patch"]
            window = (y // side) * 1000 + x // side
            mask = None
            if len(window.unique()) > 1:
                mask = torch.zeros(len(window), len(window)).masked_fill(window[:, None] != window[None], -1e9)
            self.tables[rows, columns] = angles.cos(), angles.sin(), mask
        return self.tables[rows, columns]

    def _embed(self, x):
        """Patches of pixel values less 128 through the embedding; the normalisation is folded into its weights."""
        each = VISION["temporal"] * VISION["patch"] ** 2
        mean = (torch.tensor(IMAGE_MEAN) * 255).repeat_interleave(each)
        std = (torch.tensor(IMAGE_STD) * 255).repeat_interleave(each)
        weight = self.patch_embed["proj"].weight
        weight = (weight if self.basis is None else weight.float() @ self.basis) / std
        return F.linear(x, weight.to(x.dtype), (weight @ (128 - mean)).to(x.dtype))

    def forward(self, frames, dtype=torch.float32):
        """`frames`: (batch, T, H, W, 3) uint8. Returns (batch, pairs, tokens of a pair, text width)."""
        b, t, height, width, _ = frames.shape
        rows, columns = height // VISION["patch"], width // VISION["patch"]
        cos, sin, mask = self._tables(rows, columns)
        x = frames.view(b, t // 2, 2, rows // 2, 2, 14, columns // 2, 2, 14, 3)
        x = x.permute(0, 1, 3, 6, 4, 7, 9, 2, 5, 8).reshape(b * t // 2, rows * columns, -1)
        x = self._embed(x.to(dtype) - 128)
        cos, sin = cos.to(dtype), sin.to(dtype)
        mask = mask if mask is None else mask.to(dtype)
        for index, block in enumerate(self.blocks):
            x = self.through(block, x, cos, sin, None if index in VISION["full"] else mask)
        return self.merger(x, dtype).view(b, t // 2, rows * columns // 4, -1)


class TextAttention(nn.Module):
    """Causal attention with multimodal rotary positions."""

    def __init__(self):
        super().__init__()
        size, self.heads = TEXT["hidden"], TEXT["heads"]
        self.q_proj, self.k_proj, self.v_proj = (nn.Linear(size, size) for _ in range(3))
        self.o_proj = nn.Linear(size, size, bias=False)

    def forward(self, x, cos, sin, mask):
        b, n, d = x.shape
        q, k, v = (p(x).view(b, n, self.heads, -1).transpose(1, 2) for p in (self.q_proj, self.k_proj, self.v_proj))
        y = attend(rotate(q, cos, sin), rotate(k, cos, sin), v, mask)
        return self.o_proj(y.transpose(1, 2).reshape(b, n, d))


class TextLayer(nn.Module):
    """One layer of the text model."""

    def __init__(self):
        super().__init__()
        self.input_layernorm, self.post_attention_layernorm = RMSNorm(TEXT["hidden"]), RMSNorm(TEXT["hidden"])
        self.self_attn = TextAttention()
        self.mlp = MLP(TEXT["hidden"], TEXT["inner"], bias=False)

    def forward(self, x, cos, sin, mask):
        x = x + self.self_attn(self.input_layernorm(x).to(cos.dtype), cos, sin, mask)
        return x + self.mlp(self.post_attention_layernorm(x).to(cos.dtype))


class TextModel(nn.Module):
    """The language model, embeddings in and hidden states out; `vocabulary` rows of embeddings are also the head."""

    def __init__(self, vocabulary):
        super().__init__()
        self.through = through
        self.embed_tokens = nn.Embedding(vocabulary, TEXT["hidden"])
        self.layers = nn.ModuleList(TextLayer() for _ in range(TEXT["layers"]))
        self.norm = RMSNorm(TEXT["hidden"])

    def rotary(self, positions):
        """`positions`: (3, batch, length) of time, row, column. Returns cos, sin (batch, 1, length, head size)."""
        dim = TEXT["hidden"] // TEXT["heads"]
        inverse = 1.0 / (TEXT["theta"] ** (torch.arange(0, dim, 2).float() / dim))
        parts = (positions[..., None].float() * inverse).split(TEXT["sections"], -1)
        angles = torch.cat([part[i] for i, part in enumerate(parts)], -1)
        angles = torch.cat([angles, angles], -1)[:, None]
        return angles.cos(), angles.sin()

    def forward(self, embeddings, positions, middle=None):
        """Hidden states after the last norm, and those after layer `middle` where it is given."""
        cos, sin = (v.to(embeddings.dtype) for v in self.rotary(positions))
        n = embeddings.shape[1]
        mask = torch.full((n, n), -1e9, dtype=embeddings.dtype).triu(1)
        x, seen = embeddings, None
        for index, layer in enumerate(self.layers):
            x = self.through(layer, x, cos, sin, mask)
            if index == middle:
                seen = x
        return self.norm(x), seen


class DemoModel(nn.Module):
    """The whole model under the reference's names."""

    def __init__(self, vocabulary):
        super().__init__()
        self.visual = VisionTower()
        self.language_model = TextModel(vocabulary)
        self.apply(self._start)
        scale = (2 * TEXT["layers"]) ** -0.5
        for layer in self.language_model.layers:
            layer.self_attn.o_proj.weight.data *= scale
            layer.mlp.down_proj.weight.data *= scale

    @staticmethod
    def _start(module):
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=module.in_features ** -0.5 * 0.7)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, std=0.05)

    def logits(self, hidden):
        """Scores of the next token from hidden states (tied embeddings)."""
        return hidden @ self.language_model.embed_tokens.weight.to(hidden.dtype).T
