"""Dense helpers of training, thrown away afterwards: what each vision token shows, before and inside the text model."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from model import TEXT
from words import CAMERAS, COLOURS, KINDS, LIGHTS, PLACES, TONES, WAYS

PIXELS = 7.0
FLOW_BINS, FLOW_STEP = 15, 0.6


def flow_shares(flow):
    """Displacements in pixels as shares of classes, finer near zero: each lies between two of them."""
    place = (flow.sign() * flow.abs().sqrt() / FLOW_STEP + FLOW_BINS // 2).clamp(0, FLOW_BINS - 1.001)
    low = place.floor().long()
    share = place - low
    return F.one_hot(low, FLOW_BINS) * (1 - share)[..., None] + F.one_hot(low + 1, FLOW_BINS) * share[..., None]


def _token_shape(batch):
    """Flat tensors over all tokens: covered (bool), and the covering shape's facts and state (0 where none)."""
    which = batch["token_shape"]
    b, p, h, w = which.shape
    slot = (which - 1).clamp(min=0).view(b, p * h * w)
    facts = torch.gather(batch["shapes"], 1, slot[..., None].expand(-1, -1, 3)).clamp(min=0)
    pair = torch.arange(p).repeat_interleave(h * w)[None].expand(b, -1)
    state = batch["shape_state"][torch.arange(b)[:, None], slot, pair]
    return (which > 0).view(b, -1), facts, state


def _centres(batch):
    b, p, h, w = batch["token_shape"].shape
    y, x = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
    return (torch.stack([x, y], -1).float() * 28 + 14).view(1, 1, h * w, 2).expand(b, p, -1, -1).reshape(b, -1, 2)


class VisionHeads(nn.Module):
    """On merged vision tokens: colour and kind of the covering shape, its place, size and motion, background flow."""

    def __init__(self):
        super().__init__()
        self.sizes = [len(COLOURS) + 1, len(KINDS) + 1, 2, 6, 2 * FLOW_BINS, 98]
        self.body = nn.Sequential(nn.Linear(TEXT["hidden"], 256), nn.GELU(), nn.Linear(256, sum(self.sizes)))
        self.whole = nn.Linear(TEXT["hidden"], len(LIGHTS) + len(TONES))

    def forward(self, tokens, batch):
        """`tokens`: (batch, pairs, tokens, width). Returns the loss and a dictionary of figures for the log."""
        b = len(tokens)
        tokens = tokens.float()
        flat = tokens.reshape(b, -1, tokens.shape[-1])
        colour, kind, piece, state, flow, outline = self.body(flat).split(self.sizes, -1)
        covered, facts, true_state = _token_shape(batch)
        true_colour = torch.where(covered, facts[..., 0] + 1, 0)
        true_kind = torch.where(covered, facts[..., 1] + 1, 0)
        weight = covered.float() * 2 + 0.5
        losses = {
            "colour": (F.cross_entropy(colour.transpose(1, 2), true_colour, reduction="none") * weight).mean(),
            "kind": (F.cross_entropy(kind.transpose(1, 2), true_kind, reduction="none") * weight).mean() * 3,
            "piece": F.cross_entropy(piece.transpose(1, 2), batch["token_piece"].view(b, -1)),
        }
        p, h, w = batch["token_shape"].shape[1:]
        drawn = batch["outline"].view(b, p, 2, h, 7, w, 7).permute(0, 1, 3, 5, 2, 4, 6).reshape(b, p * h * w, 98)
        drawn = F.binary_cross_entropy_with_logits(outline, drawn.float() / 255, reduction="none").mean(-1)
        losses["outline"] = (drawn * weight).mean() * 2
        scale = true_state.new_tensor([28, 28, 1, PIXELS, PIXELS, 0.1])
        goal = true_state.clone()
        goal[..., :2] -= _centres(batch)
        goal[..., 2] -= 3.0
        if covered.any():
            losses["state"] = F.smooth_l1_loss(state[covered], (goal / scale)[covered], beta=0.3)
        free = ~covered & (batch["token_piece"].view(b, -1) == 0)
        flow = flow[free].view(-1, 2, FLOW_BINS).log_softmax(-1)
        true_flow = flow_shares(batch["flow"].view(b, -1, 2)[free])
        losses["flow"] = -(flow * true_flow).sum(-1).mean() * 1.5
        light, tone = self.whole(tokens.mean(2)).split([len(LIGHTS), len(TONES)], -1)
        pairs = tokens.shape[1]
        losses["light"] = F.cross_entropy(light.flatten(0, 1), batch["light"].repeat_interleave(pairs)) * 0.3
        losses["tone"] = F.cross_entropy(tone.flatten(0, 1), batch["tone"].repeat_interleave(pairs)) * 0.3
        moves = true_flow.argmax(-1) != FLOW_BINS // 2
        figures = {"v_flow_near": ((flow.argmax(-1) - true_flow.argmax(-1)).abs() <= 1)[moves].float().mean().item()}
        figures |= {"v_" + k: v.item() for k, v in losses.items()}
        if covered.any():
            figures["v_colour_acc"] = (colour.argmax(-1) == true_colour)[covered].float().mean().item()
            figures["v_kind_acc"] = (kind.argmax(-1) == true_kind)[covered].float().mean().item()
        return sum(losses.values()), figures


class TextHeads(nn.Module):
    """On hidden states of the text model at vision tokens: the clip's facts as far as they can be known by then."""

    def __init__(self):
        super().__init__()
        self.sizes = [len(COLOURS) + 1, len(KINDS) + 1, len(WAYS) + 1, len(CAMERAS), len(PLACES), len(LIGHTS),
                      len(TONES)]
        self.norm = nn.RMSNorm(TEXT["hidden"])
        self.body = nn.Linear(TEXT["hidden"], sum(self.sizes))

    def forward(self, hidden, batch):
        """`hidden`: (batch, vision tokens, width). Pairs of the first half are left out: motion is not yet clear."""
        b, p, h, w = batch["token_shape"].shape
        late = slice((p // 2) * h * w, None)
        out = self.body(self.norm(hidden[:, late].float())).split(self.sizes, -1)
        colour, kind, way, camera, place, light, tone = (o.transpose(1, 2) for o in out)
        covered, facts, _ = _token_shape(batch)
        covered, facts = covered[:, late], facts[:, late]
        weight = covered.float() * 2 + 0.3
        goals = [torch.where(covered, facts[..., i] + 1, 0) for i in range(3)]
        losses = {name: (F.cross_entropy(o, g, reduction="none") * weight).mean() * (2 if name == "kind" else 1)
                  for name, o, g in zip(("colour", "kind", "way"), (colour, kind, way), goals)}
        n = camera.shape[-1]

        def whole(o, name):
            return F.cross_entropy(o, batch[name][:, None].expand(-1, n))
        losses["camera"] = whole(camera, "camera")
        losses["light"], losses["tone"] = whole(light, "light") * 0.3, whole(tone, "tone") * 0.3
        plain = batch["shapes"][:, 0, 0] < 0
        if plain.any():
            losses["place"] = F.cross_entropy(place[plain], batch["place"][plain][:, None].expand(-1, n)) * 0.5
        figures = {"t_" + k: v.item() for k, v in losses.items()}
        if covered.any():
            figures["t_way_acc"] = (way.argmax(1) == goals[2])[covered].float().mean().item()
        figures["t_camera_acc"] = (camera.argmax(1) == batch["camera"][:, None]).float().mean().item()
        return sum(losses.values()), figures
