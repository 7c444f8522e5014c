"""Times masks in pycocotools: the peer of bench/dense-scores.ts, which runs it.

    python bench/peers/dense_times.py masks FILE

Prints one JSON object: for each part its milliseconds, and a number that must be equal on both sides.
"""
import json
import sys
import time

import numpy as np
import pycocotools.mask as coco


def timed(work):
    start = time.perf_counter()
    check = work()
    return {"ms": 1000 * (time.perf_counter() - start), "check": float(check)}


def time_masks(data):
    h, w = data["height"], data["width"]
    outlines = data["outlines"]
    masks = []

    def rasterise():
        masks.extend(coco.merge(coco.frPyObjects([outline], h, w)) for outline in outlines)
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
        "rasterise and write as text": timed(rasterise),
        "read text and compare within images": timed(overlaps),
    }


if __name__ == "__main__":
    with open(sys.argv[2]) as file:
        print(json.dumps({"masks": time_masks}[sys.argv[1]](json.load(file))))
