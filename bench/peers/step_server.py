"""Makes a step of ConMIM in PyTorch for each line of standard input: the peer of own-step.ts.

    python bench/peers/step_server.py --task finetune --recipe small --batch 8 --precision bfloat16 --compile

bench/step-peers.ts starts it. It prints a JSON object for each step. The networks are those of the recipes of
that name (vit_networks.py), and the settings those of the authors: bfloat16 is autocast, `pretrain` has AdamW,
clipping and the moving average, `finetune` layer-wise rates, stochastic depth and soft targets; `features` is the
trunk in inference mode, compiled with frozen weights. The optimizer is fused and the moving average one call over
all tensors. Images are not channels-last: the embedding of patches, the only convolution, is slower with them.
"""

import argparse
import json
import platform
import resource
import sys
import time
from pathlib import Path

import torch
import torch._inductor.config
from conmim_step import adamw, contrast, move_teacher
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


class Pretrain(Work):
    def __init__(self, args):
        super().__init__(args)
        student, teacher = Pretrained(self.size), Pretrained(self.size)
        teacher.load_state_dict(student.state_dict())
        self.student, self.teacher = self.compiled(student), self.compiled(teacher)
        self.optimizer = adamw(self.student, lr=5e-4)
        self.a, self.b = self.images(), self.images()
        self.mask = torch.rand(args.batch, self.size.grid**2) < self.size.masked

    def step(self):
        with self.mixed():
            with torch.no_grad():
                keys = self.teacher(self.b)
            loss = contrast(self.student(self.a, self.mask), keys, self.mask)
        self.update(loss, self.student, self.optimizer)
        move_teacher(self.teacher, self.student)
        return loss.item()


class Finetune(Work):
    def __init__(self, args):
        super().__init__(args)
        self.network = self.compiled(Classifier(self.size, CLASSES))
        self.optimizer = torch.optim.AdamW(self.groups(), lr=5e-4, betas=(0.9, 0.999), eps=1e-8, fused=True)
        self.a = self.images()
        targets = F.one_hot(torch.randint(CLASSES, (args.batch,)), CLASSES).float()
        self.targets = (targets * (1 - SMOOTHING) + SMOOTHING / CLASSES)
        self.kept = 1 - torch.linspace(0, DROP_PATH, self.size.depth).view(-1, 1, 1, 1, 1)

    def groups(self):
        found = {}
        depth = self.size.depth
        for name, p in self.network.named_parameters():
            part, *rest = name.removeprefix("_orig_mod.").split(".")
            if part == "mask_token":
                continue
            layer = int(rest[0]) + 1 if part == "blocks" else 0 if part in ("patch_embed", "cls_token") else depth + 1
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
        # Weights that do not change are arranged for the products when the network is compiled.
        torch._inductor.config.freezing = True
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
