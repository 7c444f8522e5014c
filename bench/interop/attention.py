"""Attention of transformers' BeitModel against maps that this program wrote of the same network.

    pip install torch transformers numpy
    conmim export RUN --format hf --out exported
    conmim insight attention RUN IMAGES --npy --out maps
    python bench/interop/attention.py exported maps

The network is given the stored pixels, so that the maps alone are compared. A row for attention and one for
rollout are appended to bench/results/interop.csv. Exits with 1 where they differ by more than 1e-5.
"""

import csv
import datetime
import json
import pathlib
import sys

import numpy as np
import torch
import transformers

RESULTS = pathlib.Path(__file__).parent.parent / "results" / "interop.csv"
FIELDS = ["date", "network", "program", "output", "images", "maxAbsDifference", "scale", "top1Agreement", "top1"]
TOLERANCE = 1e-5

exported, maps = map(pathlib.Path, sys.argv[1:3])
network = json.loads((maps / "attention.json").read_text())["networks"][0]
stored = {name: np.load(maps / file) for name, file in network["arrays"].items()}
images, blocks, heads, rows, cols = stored["attention"].shape
model = transformers.BeitModel.from_pretrained(exported, attn_implementation="eager").eval()
with torch.inference_mode():
    probs = model(torch.from_numpy(stored["pixels"]), output_attentions=True).attentions
assert len(probs) == blocks and probs[0].shape[1] == heads
grid = (images, -1, rows, cols)
attention = torch.stack([each[:, :, 0, 1:] for each in probs], 1).reshape(images, blocks, heads, rows, cols)
rolled, products = torch.eye(rows * cols + 1).expand(images, -1, -1), []
for each in probs:
    rolled = (each.mean(1) + torch.eye(rows * cols + 1)) / 2 @ rolled
    products.append(rolled[:, 0, 1:])
expected = {
    "attention": attention.numpy(),
    "rollout": torch.stack(products, 1).reshape(images, blocks, rows, cols).numpy(),
}
worst = 0.0
with RESULTS.open("a", newline="") as file:
    writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
    for name, values in expected.items():
        apart = float(np.abs(values - stored[name]).max())
        worst = max(worst, apart)
        row = {
            "date": datetime.date.today().isoformat(),
            "network": network["label"],
            "program": f"transformers {transformers.__version__}",
            "output": name,
            "images": images,
            "maxAbsDifference": f"{apart:.3g}",
            "scale": f"{float(values.max()):.3g}",
        }
        print(row)
        writer.writerow(row)
sys.exit(worst > TOLERANCE)
