"""Two steps of ConMIM on two ranks of PyTorch's DistributedDataParallel (gloo), stored for a test.

    pip install torch numpy safetensors
    python bench/peers/ddp_fixture.py engine/tasks/pretrain/testing/ddp.safetensors

Each rank has two images with as many masked patches as the other one, since DistributedDataParallel
averages the means of the ranks. Batch norm sees the images of a rank. Stored are the networks before
and after, with the running statistics of rank 0, the batches, and mean loss and gradient norm of each
step.
"""

import os
import sys

import torch
import torch.distributed as dist
import torch.multiprocessing as multiprocessing
from conmim_step import adamw, contrast, move_teacher
from safetensors.torch import save_file
from torch.nn.parallel import DistributedDataParallel
from vit_networks import Pretrained, Size

RANKS, SHARE, STEPS, SIDE, GRID = 2, 2, 2, 16, 4
LR, CLIP, MOMENTUM = 1e-3, 0.5, 0.9
MASKED = (12, 8, 6, 14)


def make_network(seed):
    torch.manual_seed(seed)
    network = Pretrained(Size(SIDE, SIDE // GRID, width=12, depth=1, heads=2, hidden=16, out=8))
    with torch.no_grad():
        for p in network.parameters():
            p.add_(torch.randn_like(p) * 0.2)
        for name, buffer in network.named_buffers():
            if "running" in name:
                buffer.add_(torch.rand_like(buffer))
    return network


def batch_of(step):
    torch.manual_seed(100 + step)
    student = torch.randn(RANKS * SHARE, 3, SIDE, SIDE)
    teacher = student + 0.3 * torch.randn_like(student)
    order = torch.rand(RANKS * SHARE, GRID * GRID).argsort(1).argsort(1)
    return student, teacher, order < torch.tensor(MASKED)[:, None]


def named(prefix, network):
    state = network.state_dict()
    return {f"{prefix}.{n}": t.clone() for n, t in state.items() if "num_batches" not in n}


def train(rank, file):
    os.environ["MASTER_ADDR"], os.environ["MASTER_PORT"] = "127.0.0.1", "29533"
    dist.init_process_group("gloo", rank=rank, world_size=RANKS)
    torch.set_num_threads(1)
    student, teacher = make_network(1), make_network(2)
    stored = {**named("before.student", student), **named("before.teacher", teacher)}
    optimizer = adamw(student, lr=LR)
    model = DistributedDataParallel(student)
    losses, norms = [], []
    for step in range(STEPS):
        batch = batch_of(step)
        for name, values in zip(("student", "teacher", "mask"), batch):
            stored[f"batch.{step}.{name}"] = values.to(torch.float32)
        own = slice(rank * SHARE, (rank + 1) * SHARE)
        images, perturbed, mask = (values[own] for values in batch)
        with torch.no_grad():
            keys = teacher(perturbed)
        optimizer.zero_grad()
        loss = contrast(model(images, mask), keys, mask)
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(student.parameters(), CLIP).item())
        optimizer.step()
        move_teacher(teacher, student, MOMENTUM)
        mean = loss.detach().clone()
        dist.all_reduce(mean)
        losses.append(mean.item() / RANKS)
    stored |= {**named("after.student", student), **named("after.teacher", teacher)}
    stored |= {"loss": torch.tensor(losses), "norm": torch.tensor(norms)}
    if rank == 0:
        about = {"torch": torch.__version__, "lr": str(LR), "clip": str(CLIP), "momentum": str(MOMENTUM)}
        save_file({n: t.contiguous() for n, t in stored.items()}, file, metadata=about)
    dist.destroy_process_group()


if __name__ == "__main__":
    multiprocessing.spawn(train, (sys.argv[1],), nprocs=RANKS)
