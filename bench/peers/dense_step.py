"""Times a step of dense tasks in PyTorch, eager, float32: the peer of `conmim bench step --task …`.

    pip install torch numpy scipy transformers
    python bench/peers/dense_step.py --task detect --batch 4 --threads 2

Prints one JSON object: median step time, CPU time of all threads, and peak memory. The networks are
those of the recipe `small` (ViT-small/16, 224 px): `segment-linear` with a norm and a linear layer
on patches, `segment-upernet` as `BeitForSemanticSegmentation` of transformers (`--side 512` as in
BEiT's protocol), `detect` and `instances` with 100 queries in the last four blocks, seven objects an
image, assignment by SciPy, and 2,048 points a mask.
"""

import argparse
import json
import resource
import statistics
import time

import torch
from vit_networks import SIZES, Block, relative_index
from scipy.optimize import linear_sum_assignment
from torch import nn
from torch.nn import functional as F

SIZE = SIZES["small"]
SIDE, PATCH, GRID, T, E = SIZE.side, SIZE.patch, SIZE.grid, SIZE.tokens, SIZE.width
DEPTH, HEADS, PIXEL_CLASSES = SIZE.depth, SIZE.heads, 150
CLASSES, QUERIES, QUERY_BLOCKS, OBJECTS, POINTS = 80, 100, 4, 7, 2048
PLACES, DROP = 32, 0.1


def layers(to=E):
    return nn.Sequential(nn.Linear(E, E), nn.GELU(), nn.Linear(E, E), nn.GELU(), nn.Linear(E, to))


class Trunk(nn.Module):
    """The transformer with a table of relative positions in each block."""

    def __init__(self):
        super().__init__()
        self.patch, self.cls = nn.Conv2d(3, E, PATCH, PATCH), nn.Parameter(torch.randn(1, 1, E) * 0.02)
        self.tables = nn.ParameterList(torch.zeros((2 * GRID - 1) ** 2 + 3, HEADS) for _ in range(DEPTH))
        self.register_buffer("index", relative_index(GRID).view(-1))
        self.blocks = nn.ModuleList(Block(SIZE) for _ in range(DEPTH))
        self.norm = nn.LayerNorm(E, eps=1e-6)

    def embed(self, images):
        x = self.patch(images).flatten(2).transpose(1, 2)
        return torch.cat([self.cls.expand(len(x), -1, -1), x], 1)

    def bias(self, i):
        return self.tables[i][self.index].view(T, T, HEADS).permute(2, 0, 1).unsqueeze(0)

    def block(self, i, x, bias):
        if not self.training:
            return self.blocks[i](x, bias)
        keep = 1 - DROP * i / (DEPTH - 1)
        factor = (torch.rand(len(x), 1, 1) < keep).float() / keep
        # One draw a block: two, as in training, cost the same.
        return x + factor * (self.blocks[i](x, bias) - x)


class Linear(Trunk):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(E, PIXEL_CLASSES)

    def loss(self, images, labels):
        x = self.embed(images)
        for i in range(DEPTH):
            x = self.block(i, x, self.bias(i))
        logits = self.head(self.norm(x[:, 1:])).transpose(1, 2).reshape(len(x), -1, GRID, GRID)
        return F.cross_entropy(F.interpolate(logits, size=(SIDE, SIDE), mode="bilinear"), labels)


class Upscale(nn.Module):
    def __init__(self):
        super().__init__()
        self.grow, self.each = nn.ConvTranspose2d(E, E, 2, 2), nn.Conv2d(E, E, 3, padding=1, groups=E, bias=False)
        self.norm = nn.LayerNorm(E, eps=1e-6)

    def forward(self, x):
        return self.norm(self.each(F.gelu(self.grow(x))).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


def edges(box):
    x, y, width, height = box.unbind(-1)
    return torch.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], -1)


def giou(a, b):
    a, b = edges(a), edges(b)
    area = lambda box: (box[..., 2] - box[..., 0]) * (box[..., 3] - box[..., 1])
    shared = (torch.minimum(a, b)[..., 2:] - torch.maximum(a, b)[..., :2]).clamp(0).prod(-1)
    hull = (torch.maximum(a, b)[..., 2:] - torch.minimum(a, b)[..., :2]).prod(-1)
    union = area(a) + area(b) - shared
    return shared / union - (hull - union) / hull


def at_points(maps, points):
    """[n, H, W] at [n, points, 2]"""
    return F.grid_sample(maps[:, None], 2 * points[:, :, None] - 1, align_corners=False)[:, 0, :, 0]


class Objects(Trunk):
    def __init__(self, masks):
        super().__init__()
        self.query, self.place = nn.Parameter(torch.randn(QUERIES, E)), nn.Linear(PLACES, E, bias=False)
        self.register_buffer("places", torch.randn(GRID * GRID, PLACES))
        self.classify, self.box = nn.Linear(E, CLASSES + 1), layers(4)
        self.mask = layers() if masks else None
        self.upscale = nn.Sequential(Upscale(), Upscale()) if masks else None

    def predict(self, x):
        x = self.norm(x)
        queries = x[:, T:]
        masks = None
        if self.mask is not None:
            grid = x[:, 1:T].transpose(1, 2).reshape(len(x), E, GRID, GRID)
            masks = torch.einsum("bqc,bchw->bqhw", self.mask(queries), self.upscale(grid))
        return self.classify(queries), self.box(queries).sigmoid(), masks

    def predictions(self, images):
        x, found = self.embed(images), []
        for i in range(DEPTH):
            bias = self.bias(i)
            if i == DEPTH - QUERY_BLOCKS:
                x = torch.cat([x[:, :1], x[:, 1:] + self.place(self.places)], 1)
                x = torch.cat([x, self.query.expand(len(x), -1, -1)], 1)
            if i >= DEPTH - QUERY_BLOCKS:
                bias = F.pad(bias, (0, QUERIES, 0, QUERIES))
                if self.mask is not None or i > DEPTH - QUERY_BLOCKS:
                    found.append(self.predict(x))
                if self.mask is not None:
                    small = F.interpolate(found[-1][2], size=(GRID, GRID), mode="bilinear").flatten(2)
                    hidden = torch.where(small > 0, 0.0, -1e4)
                    bias = bias + F.pad(hidden, (1, QUERIES, T, 0))[:, None]
            x = self.block(i, x, bias)
        return [*found, self.predict(x)]

    def loss(self, images, objects):
        found = self.predictions(images)
        has_first_boxes = self.mask is None
        return sum(self.depth_loss(one, objects, has_first_boxes or i > 0) for i, one in enumerate(found))

    @torch.no_grad()
    def assign(self, classes, boxes, masks, wanted):
        labels, truths, shapes = wanted
        cost = -2 * classes.softmax(-1)[:, labels]
        if boxes is not None:
            cost = cost + 5 * torch.cdist(boxes, truths, p=1) - 2 * giou(boxes[:, None], truths[None])
        if masks is not None:
            points = torch.rand(1, POINTS, 2)
            own = at_points(masks, points.expand(len(masks), -1, -1))
            other = at_points(shapes, points.expand(len(shapes), -1, -1))
            entropy = (F.softplus(-own) @ other.T + F.softplus(own) @ (1 - other).T) / POINTS
            share = own.sigmoid()
            dice = 1 - (2 * share @ other.T + 1) / (share.sum(1)[:, None] + other.sum(1)[None] + 1)
            cost = cost + 5 * entropy + 5 * dice
        return [torch.as_tensor(part) for part in linear_sum_assignment(cost)]

    def depth_loss(self, found, objects, with_boxes):
        classes, boxes, masks = found
        total = sum(len(labels) for labels, _, _ in objects)
        targets = torch.full(classes.shape[:2], CLASSES)
        weight = torch.ones(CLASSES + 1)
        weight[-1] = 0.1
        loss, own_masks, other_masks = 0, [], []
        for i, wanted in enumerate(objects):
            labels, truths, shapes = wanted
            one = None if masks is None else masks[i]
            rows, columns = self.assign(classes[i], boxes[i] if with_boxes else None, one, wanted)
            targets[i, rows] = labels[columns]
            if with_boxes:
                own, other = boxes[i, rows], truths[columns]
                loss = loss + (5 * (own - other).abs().sum() + 2 * (1 - giou(own, other)).sum()) / total
            if masks is not None:
                own_masks.append(one[rows])
                other_masks.append(shapes[columns])
        loss = loss + 2 * F.cross_entropy(classes.transpose(1, 2), targets, weight)
        if masks is None:
            return loss
        own, other = torch.cat(own_masks), torch.cat(other_masks)
        with torch.no_grad():
            candidates = torch.rand(len(own), 3 * POINTS, 2)
            best = at_points(own, candidates).abs().topk(3 * POINTS // 4, largest=False)[1]
            chosen = candidates.gather(1, best[..., None].expand(-1, -1, 2))
            points = torch.cat([chosen, torch.rand(len(own), POINTS - chosen.shape[1], 2)], 1)
            truth = at_points(other, points)
        logits = at_points(own, points)
        entropy = F.binary_cross_entropy_with_logits(logits, truth, reduction="none").mean(1).sum()
        share = logits.sigmoid()
        dice = 1 - (2 * (share * truth).sum(1) + 1) / (share.sum(1) + truth.sum(1) + 1)
        return loss + 5 * (entropy + dice.sum()) / total


class Upernet(nn.Module):
    def __init__(self, side):
        super().__init__()
        from transformers import BeitConfig, BeitForSemanticSegmentation

        self.model = BeitForSemanticSegmentation(BeitConfig(
            hidden_size=E, num_hidden_layers=DEPTH, num_attention_heads=HEADS, intermediate_size=4 * E,
            image_size=side, use_relative_position_bias=True, drop_path_rate=DROP, num_labels=PIXEL_CLASSES,
            out_indices=[5, 7, 9, 12], hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
        ))

    def loss(self, images, labels):
        return self.model(pixel_values=images, labels=labels).loss


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--task", choices=["segment-linear", "segment-upernet", "detect", "instances"], required=True)
    args.add_argument("--batch", type=int, default=4)
    args.add_argument("--threads", type=int, default=2)
    args.add_argument("--side", type=int, default=SIDE, help="of images, for segment-upernet")
    args.add_argument("--compile", action="store_true")
    args.add_argument("--channels-last", action="store_true")
    args.add_argument("--steps", type=int, default=5)
    args = args.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    side = args.side if args.task == "segment-upernet" else SIDE
    if args.task.startswith("segment"):
        network = Linear() if args.task == "segment-linear" else Upernet(side)
        targets = torch.randint(0, PIXEL_CLASSES, (args.batch, side, side))
    else:
        network = Objects(args.task == "instances")
        shape = torch.zeros(OBJECTS, SIDE, SIDE)
        shape[:, : SIDE // 5] = 1
        targets = [
            (torch.randint(0, CLASSES, (OBJECTS,)), 0.2 + 0.2 * torch.rand(OBJECTS, 4), shape)
            for _ in range(args.batch)
        ]
    network.train()
    if args.channels_last:
        network.to(memory_format=torch.channels_last)
    if args.compile:
        # Assignment and points stay eager.
        for part in [network.model] if args.task == "segment-upernet" else network.blocks:
            part.compile()
    groups = [
        {"params": [p for p in network.parameters() if p.ndim > 1], "weight_decay": 0.05},
        {"params": [p for p in network.parameters() if p.ndim <= 1], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=1e-4, betas=(0.9, 0.999), eps=1e-8)
    images = torch.randn(args.batch, 3, side, side)
    times, used = [], []
    for _ in range(args.steps + 2):
        start, began = time.perf_counter(), time.process_time()
        optimizer.zero_grad()
        loss = network.loss(images, targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        loss.item()
        times.append((time.perf_counter() - start) * 1e3)
        used.append((time.process_time() - began) * 1e3)
    print(json.dumps({
        "torch": torch.__version__,
        "task": args.task,
        "batch": args.batch,
        "stepMs": statistics.median(times[2:]),
        "cpuMs": statistics.median(used[2:]),
        "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }))


if __name__ == "__main__":
    main()
