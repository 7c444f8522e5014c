"""ViT networks of ConMIM in PyTorch by the sizes of our recipes, for the peers of our steps.

The pre-training network has one table of relative positions for all blocks and a projector; the
classifier has a table in each block, stochastic depth and a head on the mean of the patch tokens.
"""

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F


@dataclass(frozen=True)
class Size:
    """The recipe of that name; `hidden` and `out` are of the projector."""

    side: int
    patch: int
    width: int
    depth: int
    heads: int
    hidden: int = 4096
    out: int = 256
    layer_scale: float = 0.1
    masked: float = 0.75

    @property
    def grid(self):
        return self.side // self.patch

    @property
    def tokens(self):
        return self.grid**2 + 1


SIZES = {
    "micro": Size(32, 4, 96, 4, 3, hidden=256, out=64, layer_scale=1.0, masked=0.5),
    "small": Size(224, 16, 384, 12, 6),
    "base": Size(224, 16, 768, 12, 12),
}


def relative_index(grid):
    tokens = grid * grid + 1
    y, x = torch.meshgrid(torch.arange(grid), torch.arange(grid), indexing="ij")
    coords = torch.stack([y.flatten(), x.flatten()])
    delta = coords[:, :, None] - coords[:, None, :] + grid - 1
    index = torch.full((tokens, tokens), 0)
    rows = (2 * grid - 1) ** 2
    index[1:, 1:] = delta[0] * (2 * grid - 1) + delta[1]
    index[0, :], index[:, 0], index[0, 0] = rows, rows + 1, rows + 2
    return index


class Block(nn.Module):
    def __init__(self, size):
        super().__init__()
        width = size.width
        self.heads = size.heads
        self.norm1, self.norm2 = nn.LayerNorm(width, eps=1e-6), nn.LayerNorm(width, eps=1e-6)
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.q_bias, self.v_bias = nn.Parameter(torch.zeros(width)), nn.Parameter(torch.zeros(width))
        self.proj = nn.Linear(width, width)
        self.fc1, self.fc2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.gamma_1, self.gamma_2 = (nn.Parameter(torch.full((width,), size.layer_scale)) for _ in range(2))

    def forward(self, x, bias, keep=(1, 1)):
        B, T, E = x.shape
        qkv_bias = torch.cat([self.q_bias, torch.zeros_like(self.v_bias), self.v_bias])
        qkv = F.linear(self.norm1(x), self.qkv.weight, qkv_bias)
        q, k, v = qkv.reshape(B, T, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        scores = (q * (E // self.heads) ** -0.5) @ k.transpose(-2, -1) + bias
        y = (scores.softmax(-1) @ v).transpose(1, 2).reshape(B, T, E)
        x = x + keep[0] * self.gamma_1 * self.proj(y)
        return x + keep[1] * self.gamma_2 * self.fc2(F.gelu(self.fc1(self.norm2(x))))


class Trunk(nn.Module):
    """@param tables of relative positions: one for all blocks, or one for each"""

    def __init__(self, size, tables=1):
        super().__init__()
        self.size = size
        E, rows = size.width, (2 * size.grid - 1) ** 2 + 3
        self.patch = nn.Conv2d(3, E, size.patch, size.patch)
        self.cls, self.mask = (nn.Parameter(torch.randn(1, 1, E) * 0.02) for _ in range(2))
        self.tables = nn.ParameterList(torch.zeros(rows, size.heads) for _ in range(tables))
        self.register_buffer("index", relative_index(size.grid).view(-1))
        self.blocks = nn.ModuleList(Block(size) for _ in range(size.depth))
        self.norm = nn.LayerNorm(E, eps=1e-6)

    def bias(self, i):
        T = self.size.tokens
        return self.tables[i][self.index].view(T, T, -1).permute(2, 0, 1).unsqueeze(0)

    def trunk(self, images, mask=None, keep=None):
        x = self.patch(images).flatten(2).transpose(1, 2)
        if mask is not None:
            w = mask.unsqueeze(-1).type_as(x)
            x = x * (1 - w) + self.mask * w
        x = torch.cat([self.cls.expand(len(x), -1, -1), x], 1)
        shared = self.bias(0) if len(self.tables) == 1 else None
        for i, block in enumerate(self.blocks):
            bias = self.bias(i) if shared is None else shared
            x = block(x, bias, (1, 1) if keep is None else keep[i])
        return x


class Pretrained(Trunk):
    """Projected, normalised patch tokens: [B, patches, out]."""

    def __init__(self, size):
        super().__init__(size)
        hidden, out = size.hidden, size.out
        self.projector = nn.Sequential(
            nn.Linear(size.width, hidden, bias=False), nn.BatchNorm1d(hidden), nn.ReLU(),
            nn.Linear(hidden, hidden, bias=False), nn.BatchNorm1d(hidden), nn.ReLU(),
            nn.Linear(hidden, out, bias=False), nn.BatchNorm1d(out, affine=False),
        )

    def forward(self, images, mask=None):
        x = self.norm(self.trunk(images, mask))
        y = self.projector(x.reshape(-1, self.size.width))
        return F.normalize(y.view(len(x), self.size.tokens, -1)[:, 1:], dim=-1)


class Features(Trunk):
    """The norm of the mean of the patch tokens: [B, width]."""

    def forward(self, images):
        return self.norm(self.trunk(images)[:, 1:].mean(1))


class Classifier(Trunk):
    """@param keep [depth, 2, B, 1, 1] factors of stochastic depth"""

    def __init__(self, size, classes):
        super().__init__(size, tables=size.depth)
        self.head = nn.Linear(size.width, classes)

    def forward(self, images, keep=None):
        return self.head(self.norm(self.trunk(images, keep=keep)[:, 1:].mean(1)))
