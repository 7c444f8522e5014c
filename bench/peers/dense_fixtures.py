"""Writes what pycocotools, SciPy, torchmetrics, DAVIS and panopticapi make of the random cases of dense scores.

    python3 -m venv venv
    venv/bin/pip install numpy scipy pycocotools torchmetrics opencv-python-headless scikit-image \\
        panopticapi-lite safetensors
    node build/run.mjs bench/peers/dense-cases.ts cases
    PYTHONPATH=davis2017-evaluation venv/bin/python bench/peers/dense_fixtures.py cases

davis2017-evaluation is a checkout of github.com/davisvideochallenge/davis2017-evaluation.

Cases come from the generators beside the tests (engine/**/testing/*-cases.ts), so only results are stored.
"""
import contextlib
import io
import json
import sys
import tempfile
import zlib
from pathlib import Path

import numpy as np
import pycocotools.mask as masks
import torch
from davis2017.metrics import db_eval_boundary
from panopticapi.evaluation import pq_compute_single_core
from PIL import Image
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from safetensors.numpy import save_file
from scipy.optimize import linear_sum_assignment
from torchmetrics.classification import MulticlassAccuracy, MulticlassJaccardIndex

SIDE = 160
IGNORE = 255
ENGINE = Path(__file__).resolve().parents[2] / "engine"


def read_cases(folder, name):
    return json.loads((Path(folder) / f"{name}.json").read_text())


def checksum(runs):
    return zlib.crc32(runs["counts"])


def mask_results(case):
    """In the order of `measured` in engine/geometry/rasterise.test.ts."""
    h, w = case["height"], case["width"]
    one, two = [masks.merge(masks.frPyObjects(parts, h, w)) for parts in case["objects"]]
    union = masks.merge([one, two])
    shared = masks.merge([one, two], intersect=True)
    boxes = masks.frPyObjects(np.array(case["boxes"], dtype=float), h, w)
    row = [checksum(runs) for runs in (one, two, union, shared, *boxes)]
    bitmap = np.array(case["mask"], dtype=np.uint8).reshape(h, w) if case["mask"] else masks.decode(one)
    row.append(checksum(masks.encode(np.asfortranarray(bitmap))))
    row.append(zlib.crc32(np.ascontiguousarray(masks.decode(union)).tobytes()))
    row += [masks.area(one), *masks.toBbox(one)]
    for crowd in (0, 1):
        row.append(masks.iou([one], [two], [crowd])[0, 0])
        row.append(masks.iou(np.array(case["boxes"][:1], dtype=float), np.array(case["boxes"][1:], dtype=float), [crowd])[0, 0])
    return row


def coco_annotations(case, part):
    """True objects or detections of a case, with the image's number from 1 on."""
    found = []
    for image, objects in enumerate(case["images"], 1):
        for one in objects[part]:
            annotation = {"id": len(found) + 1, "image_id": image, "category_id": one["class"] + 1}
            if case["shapes"] == "masks":
                annotation["segmentation"] = {"size": [SIDE, SIDE], "counts": one["text"].encode()}
            else:
                annotation["bbox"] = one["box"]
            if part == "truths":
                annotation |= {"area": one["area"], "iscrowd": int(one["crowd"]), "ignore": int(one["ignore"])}
            else:
                annotation["score"] = one["score"]
            found.append(annotation)
    return found


def detection_results(case):
    """The twelve numbers, average precision of four classes, two sums over a curve; -1 where undefined."""
    truth = COCO()
    truth.dataset = {
        "images": [{"id": i + 1, "width": SIDE, "height": SIDE} for i in range(len(case["images"]))],
        "categories": [{"id": c + 1} for c in range(case["classes"])],
        "annotations": coco_annotations(case, "truths"),
    }
    truth.createIndex()
    detections = coco_annotations(case, "detections")
    if detections:
        found = truth.loadRes(detections)
    else:
        found = COCO()
        found.dataset = truth.dataset | {"annotations": []}
        found.createIndex()
    judged = COCOeval(truth, found, "segm" if case["shapes"] == "masks" else "bbox")
    judged.evaluate()
    judged.accumulate()
    judged.summarize()
    precision, scores = judged.eval["precision"], judged.eval["scores"]
    per_class = precision[:, :, :, 0, 2].mean(axis=(0, 1))
    rising = np.arange(1, 102)
    curve = [(rising * values[0, :, 0, 0, 2]).sum() for values in (precision, scores)]
    if per_class[0] == -1:
        curve = [-1, -1]
    return [*judged.stats, *per_class, *[-1] * (4 - len(per_class)), *curve]


def segmentation_results(case):
    """Mean IoU, mean and pixel accuracy, frequency-weighted IoU; IoU of six classes and the mean boundary F of each.

    nan where undefined.
    """
    classes = case["classes"]
    images = [
        [np.array(image[part]).reshape(image["height"], image["width"]) for part in ("truth", "predicted")]
        for image in case["images"]
    ]
    truth = torch.tensor(np.concatenate([truth.ravel() for truth, _ in images]))
    predicted = torch.tensor(np.concatenate([predicted.ravel() for _, predicted in images]))
    # torchmetrics takes two classes or more; one that is nowhere counts in no mean.
    seen = max(2, classes)
    score = lambda kind, average: kind(seen, average=average, ignore_index=IGNORE)(predicted, truth).numpy().astype(float)
    counted = (truth != IGNORE).numpy()
    each = score(MulticlassJaccardIndex, "none")[:classes]
    occurs = np.array([((truth.numpy() == c) | (predicted.numpy() == c))[counted].any() for c in range(classes)])
    each = np.where(occurs, each, np.nan)
    row = [
        score(MulticlassJaccardIndex, "macro") if counted.any() else np.nan,
        accuracy_of_true_classes(truth.numpy(), predicted.numpy(), classes),
        score(MulticlassAccuracy, "micro") if counted.any() else np.nan,
        score(MulticlassJaccardIndex, "weighted") if counted.any() else np.nan,
    ]
    boundaries = []
    for c in range(classes):
        found = []
        for truth, predicted in images:
            void = truth == IGNORE
            if not ((truth == c) | (predicted == c))[~void].any():
                continue
            found.append(db_eval_boundary((truth == c).astype(np.uint8), (predicted == c).astype(np.uint8), void))
        boundaries.append(np.mean(found) if found else np.nan)
    padding = [np.nan] * (6 - classes)
    return [*row, *each, *padding, *boundaries, *padding]


def accuracy_of_true_classes(truth, predicted, classes):
    """torchmetrics also counts classes that are only predicted; mmsegmentation and FCN do not."""
    shares = [(predicted == c)[truth == c].mean() for c in range(classes) if (truth == c).any()]
    return np.mean(shares) if shares else np.nan


def panoptic_results(case):
    """Panoptic, segmentation and recognition quality of all classes, and of things; nan where undefined."""
    categories = {c: {"id": c, "isthing": int(c < 2)} for c in range(4)}
    with tempfile.TemporaryDirectory() as folder:
        pairs = []
        for number, image in enumerate(case):
            pair = []
            for part in ("truth", "predicted"):
                one, file = image[part], f"{part}{number}.png"
                ids = np.array(one["ids"], dtype=np.uint8).reshape(one["height"], one["width"])
                rgb = np.stack([ids, np.zeros_like(ids), np.zeros_like(ids)], axis=-1)
                Image.fromarray(rgb).save(Path(folder) / file)
                segments = [
                    {
                        "id": segment["id"],
                        "category_id": segment["class"],
                        "iscrowd": int(segment.get("crowd", False)),
                        "area": int((ids == segment["id"]).sum()),
                    }
                    for segment in one["segments"]
                ]
                pair.append({"image_id": number, "file_name": file, "segments_info": segments})
            pairs.append(pair)
        counts = pq_compute_single_core(0, pairs, folder, folder, categories)
    row = []
    for things in (None, True):
        try:
            found, _ = counts.pq_average(categories, isthing=things)
        except ZeroDivisionError:
            found = {"pq": np.nan, "sq": np.nan, "rq": np.nan}
        row += [found["pq"], found["sq"], found["rq"]]
    return row


def assignment_cost(case):
    """nan where no assignment is allowed."""
    costs = np.array([np.inf if cost is None else cost for cost in case["costs"]], dtype=float)
    costs = costs.reshape(case["rows"], case["columns"])
    try:
        return costs[linear_sum_assignment(costs)].sum()
    except ValueError:
        return np.nan


def write(target, tensors):
    target.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, target)
    print(f"{target.relative_to(ENGINE)}: {target.stat().st_size} bytes")


def main(folder):
    rows = [mask_results(case) for case in read_cases(folder, "masks")]
    write(ENGINE / "geometry" / "testing" / "masks.safetensors", {"results": np.array(rows, dtype=np.float64)})
    with contextlib.redirect_stdout(io.StringIO()):
        rows = [detection_results(case) for case in read_cases(folder, "detection")]
    write(
        ENGINE / "evaluation" / "detection" / "testing" / "detection.safetensors",
        {"results": np.array(rows, dtype=np.float64)},
    )
    rows = [segmentation_results(case) for case in read_cases(folder, "segmentation")]
    write(
        ENGINE / "evaluation" / "segmentation" / "testing" / "segmentation.safetensors",
        {"results": np.array(rows, dtype=np.float64)},
    )
    with contextlib.redirect_stdout(io.StringIO()):
        rows = [panoptic_results(case) for case in read_cases(folder, "panoptic")]
    write(
        ENGINE / "evaluation" / "segmentation" / "testing" / "panoptic.safetensors",
        {"results": np.array(rows, dtype=np.float64)},
    )
    costs = [assignment_cost(case) for case in read_cases(folder, "assignment")]
    write(
        ENGINE / "tasks" / "shared" / "testing" / "assignment.safetensors",
        {"costs": np.array(costs, dtype=np.float64)},
    )


if __name__ == "__main__":
    main(sys.argv[1])
