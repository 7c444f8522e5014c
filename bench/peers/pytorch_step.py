"""Times a ConMIM pre-training step in PyTorch, eager: the peer of `conmim bench step`.

    pip install torch numpy
    python bench/peers/pytorch_step.py --batch 8 --threads 2
    python bench/peers/pytorch_step.py --recipe base --batch 64 --device cuda --precision float16

Prints one JSON object: median step time and the rate of a plain product in between. The network is
ViT-small or -base/16 at 224 px with a shared relative position bias and the projector of the
recipe of that name; float16 is automatic mixed precision with a gradient scaler, as the authors train.
"""

import argparse
import json
import resource
import statistics
import time

import torch
from torch import nn
from torch.nn import functional as F

WIDTHS = {"small": (384, 6), "base": (768, 12)}
E, HEADS = WIDTHS["small"]
DEPTH, GRID, PATCH, HIDDEN, OUT = 12, 14, 16, 4096, 256
T = GRID * GRID + 1


def relative_index():
    y, x = torch.meshgrid(torch.arange(GRID), torch.arange(GRID), indexing="ij")
    coords = torch.stack([y.flatten(), x.flatten()])
    delta = coords[:, :, None] - coords[:, None, :] + GRID - 1
    index = torch.full((T, T), 0)
    rows = (2 * GRID - 1) ** 2
    index[1:, 1:] = delta[0] * (2 * GRID - 1) + delta[1]
    index[0, :], index[:, 0], index[0, 0] = rows, rows + 1, rows + 2
    return index


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(E, eps=1e-6), nn.LayerNorm(E, eps=1e-6)
        self.qkv = nn.Linear(E, 3 * E, bias=False)
        self.q_bias, self.v_bias = nn.Parameter(torch.zeros(E)), nn.Parameter(torch.zeros(E))
        self.proj = nn.Linear(E, E)
        self.fc1, self.fc2 = nn.Linear(E, 4 * E), nn.Linear(4 * E, E)
        self.gamma_1, self.gamma_2 = nn.Parameter(torch.full((E,), 0.1)), nn.Parameter(torch.full((E,), 0.1))

    def forward(self, x, bias):
        B, T = x.shape[:2]
        qkv_bias = torch.cat([self.q_bias, torch.zeros_like(self.v_bias), self.v_bias])
        qkv = F.linear(self.norm1(x), self.qkv.weight, qkv_bias)
        q, k, v = qkv.reshape(B, T, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        scores = (q * (E // HEADS) ** -0.5) @ k.transpose(-2, -1) + bias
        y = (scores.softmax(-1) @ v).transpose(1, 2).reshape(B, T, E)
        x = x + self.gamma_1 * self.proj(y)
        return x + self.gamma_2 * self.fc2(F.gelu(self.fc1(self.norm2(x))))


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.patch = nn.Conv2d(3, E, PATCH, PATCH)
        self.cls, self.mask = nn.Parameter(torch.randn(1, 1, E) * 0.02), nn.Parameter(torch.randn(1, 1, E) * 0.02)
        self.table = nn.Parameter(torch.zeros((2 * GRID - 1) ** 2 + 3, HEADS))
        self.register_buffer("index", relative_index())
        self.blocks = nn.ModuleList([Block() for _ in range(DEPTH)])
        self.norm = nn.LayerNorm(E, eps=1e-6)
        self.projector = nn.Sequential(
            nn.Linear(E, HIDDEN, bias=False), nn.BatchNorm1d(HIDDEN), nn.ReLU(),
            nn.Linear(HIDDEN, HIDDEN, bias=False), nn.BatchNorm1d(HIDDEN), nn.ReLU(),
            nn.Linear(HIDDEN, OUT, bias=False), nn.BatchNorm1d(OUT, affine=False),
        )

    def forward(self, images, mask=None):
        x = self.patch(images).flatten(2).transpose(1, 2)
        if mask is not None:
            w = mask.unsqueeze(-1).type_as(x)
            x = x * (1 - w) + self.mask * w
        x = torch.cat([self.cls.expand(len(x), -1, -1), x], 1)
        bias = self.table[self.index.view(-1)].view(T, T, HEADS).permute(2, 0, 1).unsqueeze(0)
        for block in self.blocks:
            x = block(x, bias)
        y = self.projector(self.norm(x).reshape(-1, E))
        return F.normalize(y.view(len(x), T, OUT)[:, 1:], dim=-1)


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--batch", type=int, default=8)
    args.add_argument("--threads", type=int, default=2)
    args.add_argument("--steps", type=int, default=7)
    args.add_argument("--recipe", choices=WIDTHS, default="small")
    args.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    args.add_argument("--precision", choices=["float32", "float16"], default="float32")
    args = args.parse_args()
    global E, HEADS
    E, HEADS = WIDTHS[args.recipe]
    on_card = args.device == "cuda"
    half = args.precision == "float16"
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    student, teacher = Network().to(args.device), Network().to(args.device)
    teacher.load_state_dict(student.state_dict())
    decay = [p for p in student.parameters() if p.ndim > 1]
    plain = [p for p in student.parameters() if p.ndim <= 1]
    groups = [{"params": decay, "weight_decay": 0.05}, {"params": plain, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=5e-4, betas=(0.9, 0.98), eps=1e-8)
    a, b = (torch.randn(args.batch, 3, 224, 224, device=args.device) for _ in range(2))
    mask = torch.rand(args.batch, GRID * GRID, device=args.device) < 0.75
    scaler = torch.amp.GradScaler(args.device, enabled=half)

    def step():
        with torch.autocast(args.device, dtype=torch.float16, enabled=half):
            with torch.no_grad():
                keys = teacher(b)
            queries = student(a, mask)
            logits = queries @ keys.transpose(1, 2) / 0.1
            labels = torch.arange(GRID * GRID, device=args.device).expand(args.batch, -1)
            loss = F.cross_entropy(logits[mask], labels[mask])
        optimizer.zero_grad()
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        torch.nn.utils.clip_grad_norm_(student.parameters(), 1e9)
        scaler.step(optimizer)
        scaler.update()
        with torch.no_grad():
            for q, k in zip(student.parameters(), teacher.parameters()):
                k.data.mul_(0.996).add_((1 - 0.996) * q.detach().data)
        return loss.item()

    side = 8192 if on_card else 2048
    kind = torch.float16 if half else torch.float32
    x, y = (torch.randn(side, side, device=args.device, dtype=kind) for _ in range(2))
    wait = torch.cuda.synchronize if on_card else (lambda: None)
    times, products = [], []
    for i in range(args.steps + 3):
        wait()
        start = time.perf_counter()
        step()
        wait()
        middle = time.perf_counter()
        for _ in range(3):
            x @ y
        wait()
        end = time.perf_counter()
        if i >= 3:
            times.append((middle - start) * 1e3)
            products.append((end - middle) * 1e3 / 3)
    print(json.dumps({
        "torch": torch.__version__,
        "batch": args.batch,
        "stepMs": statistics.median(times),
        "recipe": args.recipe,
        "device": torch.cuda.get_device_name() if on_card else "cpu",
        "precision": args.precision,
        "matmulGflops": 2 * side**3 / statistics.median(products) / 1e6,
        "cardBytes": torch.cuda.max_memory_allocated() if on_card else None,
        "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }))


if __name__ == "__main__":
    main()
