"""Trains the demo model within a given number of minutes; stops, resumes and is evaluated on the way."""

import argparse
import json
import os
import signal
import time

import numpy as np
import torch
import torch.distributed as dist
import torch.multiprocessing as mp

import words
from batches import Drawer, draw_batch
from dialogue import Dialogue, IGNORE, ask, batch_facts, choose_fps
from learn import Learner
from model import DemoModel, through
from pictures import load_pictures
from score import Tally
from tokens import make_tokenizer
from whiten import make_basis

SEED, HELD_OUT_SEED = 20261, 90001
PEAK, FLOOR, WARM_UP = 1.5e-3, 1.5e-5, 0.015
FLOW_FIRST, VISION_ONLY, SHORT_ONLY = 0.11, 0.27, 0.6
HELD_OUT_BATCHES = 14


def mix_of(done):
    """Shares of clips with 0, 1 and 2 shapes when a share `done` of the time has passed."""
    if done < FLOW_FIRST:
        return [0.75, 0.2, 0.05]
    plain = 0.32
    two = 0.20 if done < VISION_ONLY else min(0.36, 0.16 + 0.20 * (done - VISION_ONLY) / 0.25)
    return [plain, 1 - plain - two, two]


def rate_of(done):
    """The learning rate at a share `done` of the time: a short rise, then half a cosine."""
    if done < WARM_UP:
        return PEAK * (0.05 + 0.95 * done / WARM_UP)
    return float(FLOOR + (PEAK - FLOOR) * 0.5 * (1 + np.cos(np.pi * min(1, (done - WARM_UP) / (1 - WARM_UP)))))


def tensors(batch):
    """Arrays of a batch as tensors."""
    return {name: torch.from_numpy(value) for name, value in batch.items()}


class Training:
    """The state of a run and its one loop."""

    def __init__(self, options, rank=0):
        self.options, self.rank = options, rank
        os.makedirs(options.folder, exist_ok=True)
        torch.manual_seed(SEED)
        self.tokenizer = make_tokenizer(os.path.join(options.folder, "tokenizer.json"))
        self.dialogue = Dialogue(self.tokenizer)
        self.before = torch.tensor(self.dialogue.before)
        self.learner = Learner(DemoModel(self.tokenizer.get_vocab_size()))
        plain = [p for p in self.learner.parameters() if p.ndim < 2]
        heavy = [p for p in self.learner.parameters() if p.ndim >= 2]
        groups = [{"params": heavy, "weight_decay": 0.02}, {"params": plain, "weight_decay": 0}]
        self.optimizer = torch.optim.AdamW(groups, lr=PEAK, betas=(0.9, 0.98), fused=True)
        self.step, self.clips, self.elapsed, self.index = 0, 0, 0.0, 0
        self.pictures = load_pictures(options.sources, os.path.join(options.folder, "pictures.npz"))
        basis = make_basis(self.pictures, os.path.join(options.folder, "basis.npy"))
        self.learner.model.visual.start_from(torch.from_numpy(basis))
        self.log_file = open(os.path.join(options.folder, "log.jsonl"), "a")
        self.resume()

    def resume(self):
        """Go on from the last checkpoint, if there is one."""
        path = os.path.join(self.options.folder, "checkpoint.pt")
        if os.path.exists(path):
            state = torch.load(path, weights_only=True)
            self.learner.load_state_dict(state["learner"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.step, self.clips, self.elapsed, self.index = state["progress"]
            self.log({"resumed": self.step})

    def share(self, done):
        """Mean of the gradients over all processes, in place; returns rank 0's `done`, so that all follow one clock."""
        used = [p for p in self.learner.parameters() if p.grad is not None]
        flat = torch.cat([p.grad.flatten() for p in used] + [torch.tensor([done if self.rank == 0 else 0.0])])
        dist.all_reduce(flat)
        start = 0
        for p in used:
            p.grad = flat[start:start + p.numel()].view_as(p) / self.options.ranks
            start += p.numel()
        return flat[-1].item()

    def save(self):
        """Write the checkpoint; it appears under its name only when whole."""
        path = os.path.join(self.options.folder, "checkpoint.pt")
        torch.save({"learner": self.learner.state_dict(), "optimizer": self.optimizer.state_dict(),
                    "progress": [self.step, self.clips, self.elapsed, self.index]}, path + ".part")
        os.replace(path + ".part", path)

    def log(self, entry):
        """One line of JSON, to the log and the terminal."""
        if self.rank:
            return
        entry = {"minutes": round(self.elapsed / 60, 1), "step": self.step, "clips": self.clips} | entry
        print(json.dumps(entry), file=self.log_file, flush=True)
        print(json.dumps(entry), flush=True)

    def prepare(self, batch, rng, pairs_of_text=None, short=False):
        """Tensors of a batch and of what is said about it."""
        _, frames, height, width, _ = batch["frames"].shape
        size = len(batch["frames"])
        pairs_of_text = pairs_of_text or ask(rng, batch_facts(batch), short)
        fps = choose_fps(rng, size)
        text = self.dialogue.lay_out(pairs_of_text, frames // 2, height // 28, width // 28, fps)
        return tensors(batch), [torch.from_numpy(a) for a in text]

    def losses(self, batch, rng, done):
        """The loss to follow at a share `done` of the time, and figures."""
        if done < VISION_ONLY:
            _, loss, figures = self.learner.look(tensors(batch))
            return loss, figures
        batch, text = self.prepare(batch, rng, short=done < SHORT_ONLY)
        vision, inner, caption, figures, said = self.learner(batch, self.before, *text)
        asked = text[1] != IGNORE
        figures["caption"] = caption.item()
        figures["exact"] = ((said == text[1]) | ~asked).all(1).float().mean().item()
        late = max(0.0, (done - 0.5) / 0.5)
        return (1 - 0.8 * late) * vision + 0.6 * (1 - 0.8 * late) * inner + 1.5 * caption, figures

    def run(self):
        """Train until the time is over."""
        budget = self.options.minutes * 60
        drawer = Drawer(self.pictures, SEED + self.rank, self.index, mix_of(self.elapsed / budget))
        if self.options.ranks > 1:
            dist.init_process_group("gloo", rank=self.rank, world_size=self.options.ranks)
        done = self.elapsed / budget
        self.compile(True)
        sums, count, saved, judged, shown = {}, 0, self.elapsed, self.elapsed, time.time()
        self.asked_to_stop = False
        signal.signal(signal.SIGTERM, self.stop_soon)
        while done < 1 and not self.asked_to_stop:
            began = time.time()
            drawer.set_mix(mix_of(done), done < VISION_ONLY, done < SHORT_ONLY)
            self.index, batch = drawer.next()
            waited = time.time() - began
            rng = np.random.default_rng([SEED, 7 + self.rank, self.step])
            for group in self.optimizer.param_groups:
                group["lr"] = rate_of(done)
            loss, figures = self.losses(batch, rng, done)
            loss.backward()
            done = self.share(self.elapsed / budget) if self.options.ranks > 1 else self.elapsed / budget
            norm = torch.nn.utils.clip_grad_norm_(self.learner.parameters(), 1.0)
            self.optimizer.step()
            self.optimizer.zero_grad(set_to_none=True)
            self.step += 1
            self.clips += len(batch["frames"]) * self.options.ranks
            self.elapsed += time.time() - began
            for name, value in (figures | {"waited": waited, "norm": norm.item()}).items():
                sums.setdefault(name, []).append(value)
            count += 1
            if time.time() - shown > 30:
                means = {name: round(float(np.mean(v)), 3) for name, v in sums.items()}
                self.log({"s_step": round((time.time() - shown) / count, 2), "lr": round(rate_of(done), 6)} | means)
                sums, count, shown = {}, 0, time.time()
            if not self.rank and self.elapsed - saved > 300:
                self.save()
                saved = self.elapsed
            if not self.rank and self.elapsed - judged > 480 and done > VISION_ONLY:
                self.judge()
                judged = self.elapsed
        drawer.process.terminate()
        if not self.rank:
            self.save()
        if not self.rank and not self.asked_to_stop:
            self.judge()

    def compile(self, wanted):
        """Layers compiled (a third less time a step) or as they are."""
        for part in (self.learner.model.visual, self.learner.model.language_model):
            part.through = torch.compile(through, dynamic=True) if wanted else through

    def stop_soon(self, *_):
        """On SIGTERM: finish the step, save, end."""
        self.asked_to_stop = True

    @torch.no_grad()
    def judge(self):
        """Accuracy by attribute on held-out clips, from the likeliest token after the true words before it."""
        began = time.time()
        self.compile(False)
        tally = Tally()
        rng = np.random.default_rng(HELD_OUT_SEED)
        for index in range(HELD_OUT_BATCHES):
            batch = draw_batch(self.pictures, HELD_OUT_SEED, index, [0.34, 0.33, 0.33])
            facts = batch_facts(batch)
            pairs = [("Describe this video.", words.first_caption(f)) for f in facts]
            arrays, text = self.prepare(batch, rng, pairs)
            *_, said = self.learner(arrays, self.before, *text)
            for truth, ids in zip(facts, said.tolist()):
                answer = self.tokenizer.decode([i for i in ids if i != IGNORE])
                tally.add(truth, words.read_caption(answer))
        self.compile(True)
        self.elapsed += time.time() - began
        self.log({"held_out": tally.line()})


def run(rank, options):
    """One process of the run, with one thread of arithmetic: two processes beat two threads on a shared machine."""
    torch.set_num_threads(options.threads)
    Training(options, rank).run()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", required=True, help="checkpoints, logs and caches go here")
    parser.add_argument("--sources", required=True, help="folder with photographs and real footage")
    parser.add_argument("--minutes", type=float, default=108, help="how long to train, by the clock")
    parser.add_argument("--ranks", type=int, default=2, help="processes that share each step")
    parser.add_argument("--threads", type=int, default=1, help="threads of each process")
    options = parser.parse_args()
    os.environ.setdefault("MASTER_ADDR", "127.0.0.1")
    os.environ.setdefault("MASTER_PORT", "29641")
    if options.ranks > 1:
        mp.spawn(run, (options,), nprocs=options.ranks)
    else:
        run(0, options)


if __name__ == "__main__":
    main()
