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
from conmim_step import adamw, contrast, move_teacher
from vit_networks import SIZES, Pretrained

RECIPES = ["small", "base"]


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--batch", type=int, default=8)
    args.add_argument("--threads", type=int, default=2)
    args.add_argument("--steps", type=int, default=7)
    args.add_argument("--recipe", choices=RECIPES, default="small")
    args.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    args.add_argument("--precision", choices=["float32", "float16"], default="float32")
    args = args.parse_args()
    size = SIZES[args.recipe]
    on_card = args.device == "cuda"
    half = args.precision == "float16"
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    student, teacher = (Pretrained(size).to(args.device) for _ in range(2))
    teacher.load_state_dict(student.state_dict())
    optimizer = adamw(student, lr=5e-4)
    a, b = (torch.randn(args.batch, 3, size.side, size.side, device=args.device) for _ in range(2))
    mask = torch.rand(args.batch, size.grid**2, device=args.device) < size.masked
    scaler = torch.amp.GradScaler(args.device, enabled=half)

    def step():
        with torch.autocast(args.device, dtype=torch.float16, enabled=half):
            with torch.no_grad():
                keys = teacher(b)
            queries = student(a, mask)
            loss = contrast(queries, keys, mask)
        optimizer.zero_grad()
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        torch.nn.utils.clip_grad_norm_(student.parameters(), 1e9)
        scaler.step(optimizer)
        scaler.update()
        move_teacher(teacher, student)
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
