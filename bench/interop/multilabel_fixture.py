"""Writes engine/tasks/multilabel/testing/multilabel.safetensors: losses as PyTorch computes them, scores as scikit-learn does.

    python3.10 -m venv venv && venv/bin/pip install "numpy<2" torch==1.12.1 scikit-learn safetensors
    venv/bin/python bench/interop/multilabel_fixture.py

Cases are numbered. `<case>.logits`, `<case>.targets` [N, C] and `<case>.weights` [C] go in. Of
BCEWithLogitsLoss with those weights come `<case>.loss` and `<case>.gradient` [N, C]; of the plain one
`<case>.plain_loss`. `<case>.ap` [C] is average_precision_score of each class, nan where no image has it;
`<case>.f1` [C] is f1_score at the threshold in the metadata, `<case>.summary` is macro F1 over the
classes that occur or are predicted, and micro F1.
"""
import json
from pathlib import Path

import numpy as np
import sklearn
import torch
from safetensors.numpy import save_file
from sklearn.metrics import average_precision_score, f1_score

FOLDER = Path(__file__).resolve().parents[2] / "engine" / "tasks" / "multilabel" / "testing"
TARGET = FOLDER / "multilabel.safetensors"
# Images, classes, share of positives, step that scores are rounded to (0 for none), spread, threshold.
CASES = [
    (1, 1, 0.9, 0, 1.0, 0.5),
    (12, 3, 0.4, 0.5, 1.0, 0.5),
    (40, 7, 0.1, 0.25, 2.0, 0.3),
    (64, 5, 0.5, 0, 1.0, 0.5),
    (64, 5, 0.05, 1.0, 3.0, 0.7),
    (200, 20, 0.03, 0.5, 1.0, 0.5),
    (30, 4, 0.5, 0, 60.0, 0.5),
    (50, 6, 0.3, 100.0, 1.0, 0.5),
]


def main():
    tensors = {}
    draw = np.random.default_rng(11)
    for number, (images, classes, share, step, spread, threshold) in enumerate(CASES):
        targets = (draw.random((images, classes)) < share).astype(np.float32)
        if number == 0:
            targets[:] = 1
        if number >= 4:
            targets[:, number % classes] = 0
        logits = spread * draw.standard_normal((images, classes)) + targets
        if step > 0:
            logits = np.round(logits / step) * step
        logits = logits.astype(np.float32)
        weights = np.exp(draw.normal(0, 1, classes)).astype(np.float32)
        x = torch.tensor(logits, requires_grad=True)
        t = torch.tensor(targets)
        loss = torch.nn.BCEWithLogitsLoss(pos_weight=torch.tensor(weights))(x, t)
        loss.backward()
        plain = torch.nn.BCEWithLogitsLoss()(x, t)
        predicted = logits.astype(np.float64) >= np.log(threshold / (1 - threshold))
        occurs = targets.any(0)
        used = occurs | predicted.any(0)
        ap = [average_precision_score(targets[:, c], logits[:, c]) if occurs[c] else np.nan for c in range(classes)]
        f1 = f1_score(targets, predicted, average=None, zero_division=0) if classes > 1 else [f1_score(targets[:, 0], predicted[:, 0])]
        f1 = np.array(f1, dtype=np.float64)
        micro = f1_score(targets.ravel(), predicted.ravel(), zero_division=0)
        for name, value in {
            "logits": logits,
            "targets": targets,
            "weights": weights,
            "loss": np.array([loss.item()], dtype=np.float32),
            "gradient": x.grad.numpy(),
            "plain_loss": np.array([plain.item()], dtype=np.float32),
            "ap": np.array(ap, dtype=np.float64),
            "f1": f1,
            "summary": np.array([f1[used].mean(), micro], dtype=np.float64),
        }.items():
            tensors[f"{number}.{name}"] = np.ascontiguousarray(value)
    metadata = {
        "thresholds": json.dumps([case[-1] for case in CASES]),
        "versions": json.dumps({"torch": torch.__version__, "scikit-learn": sklearn.__version__}),
    }
    save_file(tensors, TARGET, metadata)


if __name__ == "__main__":
    main()
