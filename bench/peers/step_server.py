"""Makes a step of ConMIM in PyTorch for each line of standard input: the peer of own-step.ts.

    python bench/peers/step_server.py --task finetune --recipe small --batch 8 --precision bfloat16 --compile

bench/step-peers.ts starts it. It prints a JSON object for each step. The networks are those of the recipes of
that name (vit_networks.py), and the settings those of the authors: bfloat16 is autocast, `pretrain` has AdamW,
clipping and the moving average, `finetune` layer-wise rates, stochastic depth and soft targets; `features` is the
trunk without gradients.
"""

import argparse
import json
import platform
import resource
import sys
import time
from pathlib import Path

import torch
from vit_networks import SIZES, Classifier, Features, Pretrained
from torch.nn import functional as F

CLASSES, DROP_PATH, LAYER_DECAY, SMOOTHING = 1000, 0.1, 0.65, 0.1


def without_bfloat16():
    """Why bfloat16 is not worth timing on this CPU; None where it has instructions for it."""
    facts = Path("/proc/cpuinfo")
    if not facts.exists():
        return None
    words = set(facts.read_text().split())
    if words & {"avx512_bf16", "amx_bf16", "bf16"}:
        return None
    return f"this CPU ({platform.machine()}) has no instructions for bfloat16, and PyTorch emulates them"


class Work:
    """What a step computes; created after its arguments."""

    def __init__(self, args):
        self.args, self.size = args, SIZES[args.recipe]

    def images(self):
        side = self.size.side
        return torch.randn(self.args.batch, 3, side, side)

    def compiled(self, network):
        return torch.compile(network) if self.args.compile else network

    def mixed(self):
        return torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.args.precision == "bfloat16")

    def update(self, loss, network, optimizer):
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1e9)
        optimizer.step()


def adamw(groups, lr, betas):
    return torch.optim.AdamW(groups, lr=lr, betas=betas, eps=1e-8, fused=True)


class Pretrain(Work):
    def __init__(self, args):
        super().__init__(args)
        student, teacher = Pretrained(self.size), Pretrained(self.size)
        teacher.load_state_dict(student.state_dict())
        self.student, self.teacher = self.compiled(student), self.compiled(teacher)
        self.parameters = list(self.student.parameters())
        self.averages = [p.detach() for p in self.teacher.parameters()]
        decay = [p for p in self.parameters if p.ndim > 1]
        plain = [p for p in self.parameters if p.ndim <= 1]
        groups = [{"params": decay, "weight_decay": 0.05}, {"params": plain, "weight_decay": 0.0}]
        self.optimizer = adamw(groups, 5e-4, (0.9, 0.98))
        self.a, self.b = self.images(), self.images()
        patches = self.size.grid**2
        self.mask = torch.rand(args.batch, patches) < self.size.masked
        self.labels = torch.arange(patches).expand(args.batch, -1)

    def step(self):
        with self.mixed():
            with torch.no_grad():
                keys = self.teacher(self.b)
            queries = self.student(self.a, self.mask)
            logits = queries @ keys.transpose(1, 2) / 0.1
            loss = F.cross_entropy(logits[self.mask], self.labels[self.mask])
        self.update(loss, self.student, self.optimizer)
        with torch.no_grad():
            torch._foreach_lerp_(self.averages, self.parameters, 1 - 0.996)
        return loss.item()


class Finetune(Work):
    def __init__(self, args):
        super().__init__(args)
        self.network = self.compiled(Classifier(self.size, CLASSES))
        self.optimizer = adamw(self.groups(), 5e-4, (0.9, 0.999))
        self.a = self.images()
        targets = F.one_hot(torch.randint(CLASSES, (args.batch,)), CLASSES).float()
        self.targets = (targets * (1 - SMOOTHING) + SMOOTHING / CLASSES)
        self.kept = 1 - torch.linspace(0, DROP_PATH, self.size.depth).view(-1, 1, 1, 1, 1)

    def groups(self):
        found = {}
        depth = self.size.depth
        for name, p in self.network.named_parameters():
            if ".mask" in name or name == "mask":
                continue
            parts = name.removeprefix("_orig_mod.").split(".")
            layer = int(parts[1]) + 1 if parts[0] in ("blocks", "tables") else 0 if parts[0] in ("patch", "cls") else depth + 1
            found.setdefault((layer, p.ndim > 1), []).append(p)
        return [
            {"params": ps, "lr": 5e-4 * LAYER_DECAY ** (depth + 1 - layer), "weight_decay": 0.05 if decays else 0.0}
            for (layer, decays), ps in found.items()
        ]

    def step(self):
        keep = torch.rand(self.size.depth, 2, self.args.batch, 1, 1) < self.kept
        with self.mixed():
            logits = self.network(self.a, keep / self.kept)
            loss = F.cross_entropy(logits, self.targets)
        self.update(loss, self.network, self.optimizer)
        return loss.item()


class Extract(Work):
    def __init__(self, args):
        super().__init__(args)
        self.network = self.compiled(Features(self.size).eval())
        self.a = self.images()

    def step(self):
        with torch.inference_mode(), self.mixed():
            return self.network(self.a).float().sum().item()


TASKS = {"pretrain": Pretrain, "finetune": Finetune, "features": Extract}


def answer(record):
    print(json.dumps(record), flush=True)


def serve(work):
    answer({"ready": True, "version": f"PyTorch {torch.__version__.split('+')[0]}"})
    for _ in sys.stdin:
        start, used = time.perf_counter(), time.process_time()
        work.step()
        answer({
            "stepMs": (time.perf_counter() - start) * 1e3,
            "cpuMs": (time.process_time() - used) * 1e3,
            "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        })


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--task", choices=TASKS, default="pretrain")
    args.add_argument("--batch", type=int, default=8)
    args.add_argument("--threads", type=int, default=2)
    args.add_argument("--recipe", choices=SIZES, default="small")
    args.add_argument("--precision", choices=["float32", "bfloat16"], default="float32")
    args.add_argument("--compile", action="store_true")
    args = args.parse_args()
    why = without_bfloat16() if args.precision == "bfloat16" else None
    if why is not None:
        answer({"notRun": why})
        return
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    serve(TASKS[args.task](args))


if __name__ == "__main__":
    main()
