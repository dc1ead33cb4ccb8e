"""One pass of the model over a batch: caption loss and dense losses."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from dialogue import IGNORE
from heads import TextHeads, VisionHeads

MIDDLE = 2


class Learner(nn.Module):
    """The demo model and the heads that help it learn."""

    def __init__(self, model):
        super().__init__()
        self.model, self.vision_heads, self.text_heads = model, VisionHeads(), TextHeads()

    def look(self, batch):
        """Vision tokens alone: (tokens, dense loss, figures)."""
        with torch.autocast("cpu", dtype=torch.bfloat16):
            tokens = self.model.visual(batch["frames"], torch.bfloat16)
        return tokens, *self.vision_heads(tokens, batch)

    def forward(self, batch, before, after, targets, positions):
        """(dense vision loss, dense text loss, caption loss, figures, answer token predictions)."""
        tokens, vision_loss, figures = self.look(batch)
        b = len(tokens)
        text = self.model.language_model
        with torch.autocast("cpu", dtype=torch.bfloat16):
            video = tokens.reshape(b, -1, tokens.shape[-1])
            head = text.embed_tokens(before)[None].expand(b, -1, -1).to(video.dtype)
            tail = text.embed_tokens(after).to(video.dtype)
            hidden, middle = text(torch.cat([head, video, tail], 1), positions, MIDDLE)
            start = head.shape[1]
            text_loss, more = self.text_heads(middle[:, start:start + video.shape[1]], batch)
            asked = targets != IGNORE
            scores = self.model.logits(hidden[:, start + video.shape[1]:][asked]).float()
        caption_loss = F.cross_entropy(scores, targets[asked])
        said = torch.full_like(targets, IGNORE)
        said[asked] = scores.argmax(-1)
        return vision_loss, text_loss, caption_loss, figures | more, said
