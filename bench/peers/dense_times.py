"""Times scores of dense tasks in pycocotools, NumPy and SciPy: the peer of bench/dense-scores.ts, which runs it.

    python bench/peers/dense_times.py masks|detection|segmentation|assignment FILE

Its last line is one JSON object: for each part its processor time in milliseconds, and a number that must be equal on
both sides.
"""
import json
import sys
import time

import numpy as np
import pycocotools.mask as coco
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from scipy.optimize import linear_sum_assignment


def timed(work):
    start = time.process_time()
    check = work()
    return {"ms": 1000 * (time.process_time() - start), "check": float(check)}


def time_masks(data):
    h, w = data["height"], data["width"]
    masks = []

    def rasterise():
        for outline in data["outlines"]:
            masks.append(coco.merge(coco.frPyObjects([outline], h, w)))
        return sum(int(coco.area(mask)) for mask in masks)

    def overlaps():
        total = 0.0
        step = -(-len(masks) // data["images"])
        for at in range(0, len(masks), step):
            some = masks[at : at + step]
            total += coco.iou(some, some, [0] * len(some)).sum()
        return total

    # Every call of pycocotools reads and writes masks as compressed text.
    return {
        "rasterise 36,000 polygons, write as text": timed(rasterise),
        "read 36,000 texts, overlaps within images": timed(overlaps),
    }


def time_detection(data):
    size = {"width": data["width"], "height": data["height"]}
    truths, found = [], []
    for image, scene in enumerate(data["scenes"], 1):
        for one in scene["truths"]:
            shape = {"bbox": one["box"], "area": one["area"], "iscrowd": int(one["crowd"])}
            truths.append({"id": len(truths) + 1, "image_id": image, "category_id": one["class"] + 1, **shape})
        for one in scene["detections"]:
            shape = {"bbox": one["box"], "score": one["score"]}
            found.append({"image_id": image, "category_id": one["class"] + 1, **shape})
    truth = COCO()
    truth.dataset = {
        "images": [{"id": i + 1, **size} for i in range(len(data["scenes"]))],
        "categories": [{"id": c + 1} for c in range(data["classes"])],
        "annotations": truths,
    }
    truth.createIndex()
    detections = truth.loadRes(found)

    def judge():
        judged = COCOeval(truth, detections, "bbox")
        judged.evaluate()
        judged.accumulate()
        judged.summarize()
        return judged.stats[0]

    return {"AP of 5,000 images, 36,000 objects, 500,000 boxes": timed(judge)}


def time_segmentation(data):
    classes = data["classes"]
    maps = [[np.array(pair[part], dtype=np.uint8) for part in ("truth", "predicted")] for pair in data["maps"]]

    def judge():
        confusion = np.zeros((classes, classes))
        for truth, predicted in maps:
            counted = truth != 255
            cells = classes * truth[counted].astype(np.int64) + predicted[counted]
            confusion += np.bincount(cells, minlength=classes**2).reshape(classes, classes)
        hits = np.diag(confusion)
        return np.nanmean(hits / (confusion.sum(0) + confusion.sum(1) - hits))

    return {"mIoU of 200 maps of 640 x 480, 19 classes": timed(judge)}


def time_assignment(data):
    tables = [np.array(costs).reshape(data["shape"]) for costs in data["costs"]]
    work = lambda: sum(table[linear_sum_assignment(table)].sum() for table in tables)
    return {"2,000 assignments of 100 x 40": timed(work)}


PARTS = {
    "masks": time_masks,
    "detection": time_detection,
    "segmentation": time_segmentation,
    "assignment": time_assignment,
}

if __name__ == "__main__":
    with open(sys.argv[2]) as file:
        given = json.load(file)
    print(json.dumps(PARTS[sys.argv[1]](given)))
