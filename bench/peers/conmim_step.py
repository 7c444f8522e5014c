"""What a pre-training step of ConMIM has beside its networks: loss, optimizer and moving average."""

import torch
from torch.nn import functional as F


def contrast(queries, keys, mask, temperature=0.1):
    """The mean cross-entropy over the masked patches of the batch."""
    logits = queries @ keys.transpose(1, 2) / temperature
    labels = torch.arange(logits.shape[1], device=logits.device).expand(len(logits), -1)
    return F.cross_entropy(logits[mask], labels[mask])


def adamw(network, lr, fused=True):
    """AdamW of the authors: weight decay for tensors of two or more dimensions but the class token."""
    named = [(name.removeprefix("_orig_mod."), p) for name, p in network.named_parameters()]
    decayed = [p for name, p in named if p.ndim > 1 and name != "cls_token"]
    plain = [p for name, p in named if p.ndim <= 1 or name == "cls_token"]
    groups = [{"params": decayed, "weight_decay": 0.05}, {"params": plain, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=lr, betas=(0.9, 0.98), eps=1e-8, fused=fused)


@torch.no_grad()
def move_teacher(teacher, student, momentum=0.996):
    averages = [p.detach() for p in teacher.parameters()]
    torch._foreach_lerp_(averages, [p.detach() for p in student.parameters()], 1 - momentum)
