"""The network of ConMIM's pre-training in PyTorch, with the names of official checkpoints."""

import torch
from torch import nn
from torch.nn import functional as F
from vit_networks import relative_index


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.q_bias, self.v_bias = nn.Parameter(torch.zeros(width)), nn.Parameter(torch.zeros(width))
        self.proj = nn.Linear(width, width)

    def forward(self, x, bias):
        B, T, E = x.shape
        qkv_bias = torch.cat([self.q_bias, torch.zeros_like(self.v_bias), self.v_bias])
        qkv = F.linear(x, self.qkv.weight, qkv_bias)
        q, k, v = qkv.reshape(B, T, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        scores = (q * (E // self.heads) ** -0.5) @ k.transpose(-2, -1) + bias
        return self.proj((scores.softmax(-1) @ v).transpose(1, 2).reshape(B, T, E))


class Mlp(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x)))


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width, eps=1e-6), nn.LayerNorm(width, eps=1e-6)
        self.attn, self.mlp = Attention(width, heads), Mlp(width)
        self.gamma_1 = nn.Parameter(torch.full((width,), 0.1))
        self.gamma_2 = nn.Parameter(torch.full((width,), 0.1))

    def forward(self, x, bias):
        x = x + self.gamma_1 * self.attn(self.norm1(x), bias)
        return x + self.gamma_2 * self.mlp(self.norm2(x))


class PatchEmbed(nn.Module):
    def __init__(self, width, patch):
        super().__init__()
        self.proj = nn.Conv2d(3, width, patch, patch)


class RelativePositions(nn.Module):
    def __init__(self, grid, heads):
        super().__init__()
        self.relative_position_bias_table = nn.Parameter(torch.zeros((2 * grid - 1) ** 2 + 3, heads))
        self.register_buffer("index", relative_index(grid), persistent=False)

    def forward(self):
        index, table = self.index, self.relative_position_bias_table
        return table[index.view(-1)].view(*index.shape, -1).permute(2, 0, 1).unsqueeze(0)


class Network(nn.Module):
    """Student or teacher: unit vectors of the patches, [B, N, out]."""

    def __init__(self, width=384, heads=6, depth=12, grid=14, patch=16, hidden=4096, out=256):
        super().__init__()
        self.patch_embed = PatchEmbed(width, patch)
        self.cls_token = nn.Parameter(torch.randn(1, 1, width) * 0.02)
        self.mask_token = nn.Parameter(torch.randn(1, 1, width) * 0.02)
        self.rel_pos_bias = RelativePositions(grid, heads)
        self.blocks = nn.ModuleList([Block(width, heads) for _ in range(depth)])
        self.norm = nn.LayerNorm(width, eps=1e-6)
        self.projectors = nn.Sequential(
            nn.Linear(width, hidden, bias=False), nn.BatchNorm1d(hidden), nn.ReLU(),
            nn.Linear(hidden, hidden, bias=False), nn.BatchNorm1d(hidden), nn.ReLU(),
            nn.Linear(hidden, out, bias=False), nn.BatchNorm1d(out, affine=False),
        )

    def forward(self, images, mask=None):
        x = self.patch_embed.proj(images).flatten(2).transpose(1, 2)
        if mask is not None:
            w = mask.unsqueeze(-1).type_as(x)
            x = x * (1 - w) + self.mask_token * w
        x = torch.cat([self.cls_token.expand(len(x), -1, -1), x], 1)
        bias = self.rel_pos_bias()
        for block in self.blocks:
            x = block(x, bias)
        B, T, E = x.shape
        y = self.projectors(self.norm(x).reshape(-1, E))
        return F.normalize(y.view(B, T, -1)[:, 1:], dim=-1)


def contrast(queries, keys, mask, temperature=0.1):
    """The mean cross-entropy over the masked patches of the batch."""
    logits = queries @ keys.transpose(1, 2) / temperature
    labels = torch.arange(logits.shape[1], device=logits.device).expand(len(logits), -1)
    return F.cross_entropy(logits[mask], labels[mask])


def adamw(network, lr):
    """AdamW of the authors: weight decay for tensors of two or more dimensions but the class token."""
    named = list(network.named_parameters())
    decayed = [p for name, p in named if p.ndim > 1 and name != "cls_token"]
    plain = [p for name, p in named if p.ndim <= 1 or name == "cls_token"]
    groups = [{"params": decayed, "weight_decay": 0.05}, {"params": plain, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=lr, betas=(0.9, 0.98), eps=1e-8)


@torch.no_grad()
def move_teacher(teacher, student, momentum=0.996):
    for q, k in zip(student.parameters(), teacher.parameters()):
        k.data.mul_(momentum).add_((1 - momentum) * q.detach().data)
