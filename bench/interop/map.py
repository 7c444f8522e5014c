"""Trustworthiness of maps that this program made against maps of umap-learn from the same features.

    pip install umap-learn
    conmim insight map RUN DIR --out map.json
    python bench/interop/map.py RUN_FOLDER/maps/NAME

umap-learn counts an image among its own neighbours, so it is given one neighbour more. Appends a row to
bench/results/maps.csv. Exits with 1 where the stated trustworthiness is not that of scikit-learn.
"""

import csv
import datetime
import json
import pathlib
import sys

import numpy as np
import umap
from sklearn.manifold import trustworthiness

RESULTS = pathlib.Path(__file__).parent.parent / "results" / "maps.csv"
SEEDS = range(3)
TOLERANCE = 1e-4

folder = pathlib.Path(sys.argv[1])
about = json.loads((folder / "map.json").read_text())
features = np.fromfile(folder / "features.f32", np.float32).reshape(about["sampled"], about["width"])
k = about["trustworthiness"]["k"]
# Of many images, this program measures on some that are spread evenly.
count = about["trustworthiness"]["images"]
measured = np.arange(count) * len(features) // count


def trust(places):
    return trustworthiness(features[measured], places[measured], n_neighbors=k, metric="cosine")


own = trust(np.stack([about["points"]["x"], about["points"]["y"]], 1))
others = []
for seed in SEEDS:
    places = umap.UMAP(
        n_neighbors=about["neighbours"] + 1,
        n_epochs=about["epochs"],
        metric="cosine",
        random_state=seed,
    ).fit_transform(features)
    others.append(trust(places))
    print(seed, others[-1], flush=True)
row = {
    "date": datetime.date.today().isoformat(),
    "network": f"{about['run']}, step {about['step']}",
    "images": len(features),
    "measuredOn": count,
    "k": k,
    "trustworthiness": f"{own:.4f}",
    "stated": f"{about['trustworthiness']['value']:.4f}",
    "program": f"umap-learn {umap.__version__}",
    "mean": f"{np.mean(others):.4f}",
    "least": f"{min(others):.4f}",
    "most": f"{max(others):.4f}",
}
is_new = not RESULTS.exists()
with RESULTS.open("a", newline="") as file:
    writer = csv.DictWriter(file, row, lineterminator="\n")
    if is_new:
        writer.writeheader()
    writer.writerow(row)
print(row)
sys.exit(int(abs(own - about["trustworthiness"]["value"]) > TOLERANCE))
