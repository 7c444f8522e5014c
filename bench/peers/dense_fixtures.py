"""Writes what pycocotools and SciPy make of the random cases in the tests of masks and dense scores.

    python3 -m venv venv && venv/bin/pip install numpy scipy pycocotools safetensors
    node build/run.mjs bench/peers/dense-cases.ts cases
    venv/bin/python bench/peers/dense_fixtures.py cases

Cases come from the generators beside the tests (engine/**/testing/*-cases.ts), so only results are stored.
"""
import json
import sys
import zlib
from pathlib import Path

import numpy as np
import pycocotools.mask as masks
from safetensors.numpy import save_file

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


def write(target, tensors):
    target.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, target)
    print(f"{target.relative_to(ENGINE)}: {target.stat().st_size} bytes")


def main(folder):
    rows = [mask_results(case) for case in read_cases(folder, "masks")]
    write(ENGINE / "geometry" / "testing" / "masks.safetensors", {"results": np.array(rows, dtype=np.float64)})


if __name__ == "__main__":
    main(sys.argv[1])
