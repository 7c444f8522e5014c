"""Writes engine/tasks/segment/testing/upernet.safetensors: a small BeitForSemanticSegmentation of transformers.

    python3 -m venv venv && venv/bin/pip install torch transformers safetensors
    venv/bin/python bench/interop/segmentation_fixture.py

Everything is computed in float64 and stored in float32. `model.<name>` are the weights with the
names of transformers' files, before the step. `images` [B, 3, H, W] and `labels` [B, H, W] (255 is
ignored) go in. In training mode come `logits` [B, C, H/4, W/4], `auxiliary` [B, C, H/p, W/p], `loss`,
`gradient.<name>` of every weight and `after.<name>` of the running statistics; in evaluation mode,
with the statistics of before, `logits_eval`. The metadata has the configuration.
"""
import json
import tempfile
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import BeitConfig, BeitForSemanticSegmentation

TARGET = Path(__file__).resolve().parents[2] / "engine" / "tasks" / "segment" / "testing" / "upernet.safetensors"
BATCH, SIDE, CLASSES = 2, 48, 5

CONFIG = dict(
    hidden_size=12,
    num_hidden_layers=5,
    num_attention_heads=2,
    intermediate_size=24,
    image_size=SIDE,
    patch_size=8,
    layer_norm_eps=1e-6,
    layer_scale_init_value=0.1,
    use_relative_position_bias=True,
    drop_path_rate=0.0,
    hidden_dropout_prob=0.0,
    attention_probs_dropout_prob=0.0,
    out_indices=[2, 3, 4, 5],
    auxiliary_channels=6,
    num_labels=CLASSES,
)


def saved(model):
    """The tensors with the names of files."""
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        return load_file(Path(folder) / "model.safetensors")


def renamed(model, tensors):
    """Tensors of modules under the names of files: the model is saved with them in place of its own."""
    own = model.state_dict()
    kept = {name: value.clone() for name, value in own.items()}
    with torch.no_grad():
        for name, value in own.items():
            value.copy_(tensors.get(name, torch.zeros_like(value)))
        files = saved(model)
        for name, value in own.items():
            value.copy_(kept[name])
    return files


def main():
    torch.manual_seed(5)
    model = BeitForSemanticSegmentation(BeitConfig(**CONFIG)).double()
    with torch.no_grad():
        for name, value in model.named_parameters():
            spread = 0.25 if value.ndim > 1 else 0.1
            value.copy_(spread * torch.randn_like(value) + (1 if value.ndim == 1 and value.mean() > 0.5 else 0))
        for name, value in model.named_buffers():
            if name.endswith("running_mean"):
                value.copy_(0.2 * torch.randn_like(value))
            elif name.endswith("running_var"):
                value.copy_(0.5 + torch.rand_like(value))
        # What is stored is what is computed with.
        for value in [*model.parameters(), *model.buffers()]:
            if value.is_floating_point():
                value.copy_(value.float().double())
    images = torch.randn(BATCH, 3, SIDE, SIDE).float()
    labels = torch.randint(0, CLASSES, (BATCH, SIDE // 4, SIDE // 4)).repeat_interleave(4, 1).repeat_interleave(4, 2)
    labels[torch.rand(labels.shape) < 0.1] = 255
    before = saved(model)

    model.eval()
    with torch.no_grad():
        evaluated = model(pixel_values=images.double()).logits
    model.train()
    auxiliary = []
    model.auxiliary_head.register_forward_hook(lambda module, args, output: auxiliary.append(output.detach()))
    result = model(pixel_values=images.double(), labels=labels)
    result.loss.backward()
    gradients = renamed(model, {name: p.grad for name, p in model.named_parameters() if p.grad is not None})
    after = saved(model)

    statistic = lambda name: name.endswith(("running_mean", "running_var"))
    plain = lambda name: not name.endswith(("relative_position_index", "num_batches_tracked"))
    tensors = {
        **{f"model.{name}": value for name, value in before.items() if plain(name)},
        **{f"gradient.{name}": value for name, value in gradients.items() if plain(name) and not statistic(name)},
        **{f"after.{name}": value for name, value in after.items() if statistic(name)},
        "images": images,
        "labels": labels.to(torch.int32),
        "logits": result.logits.detach(),
        "auxiliary": auxiliary[0],
        "loss": result.loss.detach().reshape(1),
        "logits_eval": evaluated,
    }
    stored = {
        name: (value if value.dtype == torch.int32 else value.float()).contiguous() for name, value in tensors.items()
    }
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    about = {"config": json.dumps(CONFIG), "transformers": transformers.__version__, "torch": torch.__version__}
    save_file(stored, TARGET, metadata=about)
    print(f"{len(stored)} tensors, {TARGET.stat().st_size} bytes, loss {result.loss.item():.6f}")


main()
