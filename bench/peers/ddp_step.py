"""Time of a ConMIM step in PyTorch's DistributedDataParallel over gloo: the peer of bench/ranks.ts.

    pip install torch numpy
    python bench/peers/ddp_step.py --ranks 2 --batch 4 --width 384 --heads 6 --depth 4 --hidden 1024

Each rank computes on one thread with a batch of its own. Prints one JSON object: the median time of a
step on rank 0.
"""

import argparse
import json
import os
import statistics
import time

import torch
import torch.distributed as dist
import torch.multiprocessing as multiprocessing
from conmim_step import adamw, contrast, move_teacher
from torch.nn.parallel import DistributedDataParallel
from vit_networks import Pretrained, Size


def train(rank, args):
    torch.set_num_threads(1)
    os.environ["MASTER_ADDR"], os.environ["MASTER_PORT"] = "127.0.0.1", str(args.port)
    dist.init_process_group("gloo", rank=rank, world_size=args.ranks)
    torch.manual_seed(0)
    size = Size(width=args.width, heads=args.heads, depth=args.depth, hidden=args.hidden)
    student, teacher = Pretrained(size), Pretrained(size)
    model = DistributedDataParallel(student) if args.ranks > 1 else student
    optimizer = adamw(student, lr=5e-4)
    torch.manual_seed(rank)
    a, b = (torch.randn(args.batch, 3, 224, 224) for _ in range(2))
    mask = torch.rand(args.batch, 14 * 14) < 0.75
    times = []
    for i in range(args.steps + 2):
        dist.barrier()
        began = time.perf_counter()
        with torch.no_grad():
            keys = teacher(b)
        optimizer.zero_grad()
        contrast(model(a, mask), keys, mask).backward()
        torch.nn.utils.clip_grad_norm_(student.parameters(), 1e9)
        optimizer.step()
        move_teacher(teacher, student)
        if i >= 2:
            times.append((time.perf_counter() - began) * 1e3)
    if rank == 0:
        parameters = sum(p.numel() for p in student.parameters())
        found = {"torch": torch.__version__, "stepMs": statistics.median(times), "parameters": parameters}
        print(json.dumps(found), flush=True)
    dist.destroy_process_group()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for name, value in dict(ranks=2, batch=4, width=384, heads=6, depth=4, hidden=1024, steps=5, port=29534).items():
        parser.add_argument(f"--{name}", type=int, default=value)
    args = parser.parse_args()
    multiprocessing.spawn(train, (args,), nprocs=args.ranks)
