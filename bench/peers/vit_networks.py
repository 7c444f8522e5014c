"""ViT networks of ConMIM in PyTorch, with the names of official checkpoints.

The pre-training network has one table of relative positions for all blocks and a projector; the
classifier has a table in each block, stochastic depth and a head on the mean of the patch tokens.
Attention is PyTorch's fused one where no gradient flows, and written out where one does: each is the
faster of both on CPUs, since the fused backward pass has none for tables of positions.
"""

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F


@dataclass(frozen=True)
class Size:
    """The recipe of that name; `hidden` and `out` are of the projector."""

    side: int = 224
    patch: int = 16
    width: int = 384
    depth: int = 12
    heads: int = 6
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
    "small": Size(),
    "base": Size(width=768, heads=12),
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


class RelativePositions(nn.Module):
    def __init__(self, size):
        super().__init__()
        rows = (2 * size.grid - 1) ** 2 + 3
        self.relative_position_bias_table = nn.Parameter(torch.zeros(rows, size.heads))
        self.register_buffer("index", relative_index(size.grid), persistent=False)

    def forward(self):
        index, table = self.index, self.relative_position_bias_table
        return table[index.view(-1)].view(*index.shape, -1).permute(2, 0, 1).unsqueeze(0)


class Attention(nn.Module):
    """@param has_table whether it has relative positions of its own"""

    def __init__(self, size, has_table):
        super().__init__()
        width = size.width
        self.heads = size.heads
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.q_bias, self.v_bias = nn.Parameter(torch.zeros(width)), nn.Parameter(torch.zeros(width))
        self.proj = nn.Linear(width, width)
        self.rel_pos_bias = RelativePositions(size) if has_table else None

    def forward(self, x, bias):
        B, T, E = x.shape
        if self.rel_pos_bias is not None:
            bias = self.rel_pos_bias()
        qkv_bias = torch.cat([self.q_bias, torch.zeros_like(self.v_bias), self.v_bias])
        qkv = F.linear(x, self.qkv.weight, qkv_bias)
        q, k, v = qkv.reshape(B, T, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        if torch.is_grad_enabled():
            scores = (q * (E // self.heads) ** -0.5) @ k.transpose(-2, -1) + bias
            y = scores.softmax(-1) @ v
        else:
            mask = bias.to(q.dtype).expand(B, -1, -1, -1)
            y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.proj(y.transpose(1, 2).reshape(B, T, E))


class Mlp(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x)))


class Block(nn.Module):
    def __init__(self, size, has_table=False):
        super().__init__()
        width = size.width
        self.norm1, self.norm2 = nn.LayerNorm(width, eps=1e-6), nn.LayerNorm(width, eps=1e-6)
        self.attn, self.mlp = Attention(size, has_table), Mlp(width)
        self.gamma_1, self.gamma_2 = (nn.Parameter(torch.full((width,), size.layer_scale)) for _ in range(2))

    def forward(self, x, bias=None, keep=(1, 1)):
        x = x + keep[0] * self.gamma_1 * self.attn(self.norm1(x), bias)
        return x + keep[1] * self.gamma_2 * self.mlp(self.norm2(x))


class PatchEmbed(nn.Module):
    def __init__(self, width, patch):
        super().__init__()
        self.proj = nn.Conv2d(3, width, patch, patch)


class Trunk(nn.Module):
    """@param shares whether all blocks have one table of relative positions"""

    def __init__(self, size, shares=True):
        super().__init__()
        self.size = size
        self.patch_embed = PatchEmbed(size.width, size.patch)
        self.cls_token, self.mask_token = (nn.Parameter(torch.randn(1, 1, size.width) * 0.02) for _ in range(2))
        self.rel_pos_bias = RelativePositions(size) if shares else None
        self.blocks = nn.ModuleList(Block(size, has_table=not shares) for _ in range(size.depth))
        self.norm = nn.LayerNorm(size.width, eps=1e-6)

    def trunk(self, images, mask=None, keep=None):
        x = self.patch_embed.proj(images).flatten(2).transpose(1, 2)
        if mask is not None:
            w = mask.unsqueeze(-1).type_as(x)
            x = x * (1 - w) + self.mask_token * w
        x = torch.cat([self.cls_token.expand(len(x), -1, -1), x], 1)
        bias = None if self.rel_pos_bias is None else self.rel_pos_bias()
        for i, block in enumerate(self.blocks):
            x = block(x, bias, (1, 1) if keep is None else keep[i])
        return x


class Pretrained(Trunk):
    """Student or teacher: unit vectors of the patches, [B, patches, out]."""

    def __init__(self, size):
        super().__init__(size)
        hidden, out = size.hidden, size.out
        self.projectors = nn.Sequential(
            nn.Linear(size.width, hidden, bias=False), nn.BatchNorm1d(hidden), nn.ReLU(),
            nn.Linear(hidden, hidden, bias=False), nn.BatchNorm1d(hidden), nn.ReLU(),
            nn.Linear(hidden, out, bias=False), nn.BatchNorm1d(out, affine=False),
        )

    def forward(self, images, mask=None):
        x = self.norm(self.trunk(images, mask))
        B, T, E = x.shape
        y = self.projectors(x.reshape(-1, E))
        return F.normalize(y.view(B, T, -1)[:, 1:], dim=-1)


class Features(Trunk):
    """The norm of the mean of the patch tokens: [B, width]."""

    def forward(self, images):
        return self.norm(self.trunk(images)[:, 1:].mean(1))


class Classifier(Trunk):
    """@param keep [depth, 2, B, 1, 1] factors of stochastic depth"""

    def __init__(self, size, classes):
        super().__init__(size, shares=False)
        self.head = nn.Linear(size.width, classes)

    def forward(self, images, keep=None):
        return self.head(self.norm(self.trunk(images, keep=keep)[:, 1:].mean(1)))
