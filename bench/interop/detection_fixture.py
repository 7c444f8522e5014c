"""Writes engine/tasks/objects/testing/eomt.safetensors: a small EomtForUniversalSegmentation of transformers.

    python3 -m venv venv && venv/bin/pip install torch transformers safetensors scipy
    venv/bin/python bench/interop/detection_fixture.py

Everything is computed in float64 and stored in float32, random points in float64. `model.<name>` are
the weights under this program's names. `images` [B, 3, H, W], `classes.<image>` [n] and
`masks.<image>` [n, H, W] go in. In training mode with masked attention come, for each depth d,
`depth.<d>.classes` [B, Q, C + 1], `depth.<d>.masks` [B, Q, H/2, W/2], `depth.<d>.loss` (weighted) and the
points that were drawn: `depth.<d>.matching.<image>`, `depth.<d>.candidates` and `depth.<d>.others`
[objects, points, 2]; then `loss` and `gradient.<name>` of every weight. `eval.classes` and `eval.masks` are
those of evaluation without masked attention.
"""
import json
import re
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file
from transformers import EomtConfig, EomtForUniversalSegmentation

TARGET = Path(__file__).resolve().parents[2] / "engine" / "tasks" / "objects" / "testing" / "eomt.safetensors"
BATCH, SIDE, CLASSES, COUNTS = 2, 32, 3, (2, 3)

CONFIG = dict(
    hidden_size=12,
    num_hidden_layers=3,
    num_attention_heads=2,
    mlp_ratio=2,
    image_size=SIDE,
    patch_size=8,
    layer_norm_eps=1e-6,
    layerscale_value=0.5,
    num_upscale_blocks=1,
    num_blocks=2,
    num_queries=5,
    num_register_tokens=0,
    num_labels=CLASSES,
    train_num_points=40,
)


def own_name(name):
    """The name in this program; None for what it does not have."""
    name = re.sub(r"^layers\.(\d+)\.", r"blocks.\1.", name)
    for old, new in [
        ("attention.out_proj", "attn.proj"),
        ("layer_scale1.lambda1", "gamma_1"),
        ("layer_scale2.lambda1", "gamma_2"),
        ("embeddings.patch_embeddings.projection", "patch_embed.proj"),
        ("embeddings.cls_token", "cls_token"),
    ]:
        name = name.replace(old, new)
    return re.sub(r"^layernorm\.", "norm.", name)


def renamed(tensors):
    """Queries, keys and values are one weight here, and keys have no bias; the class token has no position."""
    found = {}
    for name, value in tensors.items():
        block = re.match(r"layers\.(\d+)\.attention\.([qkv])_proj\.(weight|bias)", name)
        if name.startswith(("attn_mask_probs", "criterion", "embeddings.register", "embeddings.position_ids")):
            continue
        if name == "embeddings.position_embeddings.weight":
            found["pos_embed"] = torch.cat([torch.zeros_like(value[:1]), value])[None]
        elif block is None:
            found[own_name(name)] = value
        elif block[3] == "bias":
            if block[2] != "k":
                found[f"blocks.{block[1]}.attn.{block[2]}_bias"] = value
        elif block[2] == "q":
            parts = [tensors[name.replace("q_proj", f"{part}_proj")] for part in "qkv"]
            found[f"blocks.{block[1]}.attn.qkv.weight"] = torch.cat(parts)
    return found


def in_double(module, args, kwargs):
    mask = kwargs.get("attention_mask")
    return args, {**kwargs, "attention_mask": None if mask is None else mask.double()}


def main():
    torch.manual_seed(7)
    model = EomtForUniversalSegmentation(EomtConfig(**CONFIG)).double()
    with torch.no_grad():
        for name, value in model.named_parameters():
            spread = 0.25 if value.ndim > 1 else 0.1
            is_scale = value.ndim == 1 and name.endswith("weight") or name.endswith("lambda1")
            value.copy_(spread * torch.randn_like(value) + (1 if is_scale else 0))
            if name.endswith("k_proj.bias"):
                value.zero_()
            if name == "query.weight":
                value.mul_(4)
            value.copy_(value.float().double())
    images = torch.randn(BATCH, 3, SIDE, SIDE).float()
    classes = [torch.randint(0, CLASSES, (count,)) for count in COUNTS]
    masks = [
        (torch.rand(count, SIDE // 8, SIDE // 8) < 0.4).repeat_interleave(8, 1).repeat_interleave(8, 2).double()
        for count in COUNTS
    ]
    for mask in masks:
        mask[:, 3:9, 5:12] = 1

    drawn, depths = [], []
    original = torch.rand

    def rand(*shape, **kwargs):
        value = original(*shape, dtype=torch.float64)
        if len(shape) == 3:
            drawn.append(value)
        return value

    # The code draws in the default type, and makes masks of attention in it.
    torch.rand = rand
    for layer in model.layers:
        layer.attention.register_forward_pre_hook(in_double, with_kwargs=True)
    plain = model.get_loss_dict

    def recorded(**arguments):
        drawn.clear()
        losses = plain(**arguments)
        depths.append({
            "classes": arguments["class_queries_logits"].detach(),
            "masks": arguments["masks_queries_logits"].detach(),
            "loss": sum(losses.values()).detach().reshape(1),
            **{f"matching.{i}": drawn[i][0] for i in range(BATCH)},
            "candidates": drawn[BATCH],
            "others": drawn[BATCH + 1],
        })
        return losses

    model.get_loss_dict = recorded
    model.criterion.empty_weight = model.criterion.empty_weight.double()
    model.train()
    result = model(pixel_values=images.double(), mask_labels=masks, class_labels=classes)
    result.loss.backward()
    gradients = renamed({name: p.grad for name, p in model.named_parameters() if p.grad is not None})
    model.eval()
    model.attn_mask_probs.zero_()
    with torch.no_grad():
        evaluated = model(pixel_values=images.double())

    points = ("matching", "candidates", "others")
    tensors = {
        **{f"model.{name}": value for name, value in renamed(dict(model.named_parameters())).items()},
        **{f"gradient.{name}": value for name, value in gradients.items()},
        **{f"depth.{d}.{name}": value for d, depth in enumerate(depths) for name, value in depth.items()},
        **{f"classes.{i}": value.int() for i, value in enumerate(classes)},
        **{f"masks.{i}": value for i, value in enumerate(masks)},
        "images": images,
        "loss": result.loss.detach().reshape(1),
        "eval.classes": evaluated.class_queries_logits,
        "eval.masks": evaluated.masks_queries_logits,
    }
    keeps = lambda name, value: value.dtype == torch.int32 or any(f".{part}" in name for part in points)
    stored = {
        name: (value if keeps(name, value) else value.float()).detach().contiguous() for name, value in tensors.items()
    }
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    about = {"config": json.dumps(CONFIG), "transformers": transformers.__version__, "torch": torch.__version__}
    save_file(stored, TARGET, metadata=about)
    print(f"{len(stored)} tensors, {TARGET.stat().st_size} bytes, loss {result.loss.item():.6f}")
    for d, depth in enumerate(depths):
        print(d, depth["loss"].item())


main()
