"""Evaluates predictions in COCO's form by pycocotools, beside the numbers of `conmim evaluate`.

    conmim evaluate --model RUN --data SET --out results
    conmim predict --model RUN --data IMAGES --format coco --threshold 0.000001 --out predictions
    venv/bin/python bench/interop/coco_predictions.py LABELS.json predictions results/metrics.json

Needs numpy and pycocotools. Images are matched by their names, categories by theirs.
"""
import contextlib
import io
import json
import sys
from pathlib import Path

from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

NAMES = ["AP", "AP50", "AP75", "APsmall", "APmedium", "APlarge",
         "AR1", "AR10", "AR100", "ARsmall", "ARmedium", "ARlarge"]


def main(labels, predictions, metrics):
    folder = Path(predictions)
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO(labels)
        written = COCO(str(folder / "annotations.json"))
        for one in written.anns.values():
            # Objects without masks have no polygons.
            if one["segmentation"]:
                written.annToMask(one)
    results = json.loads((folder / "results.json").read_text())
    images = {one["file_name"]: number for number, one in truth.imgs.items()}
    categories = {one["name"]: number for number, one in truth.cats.items()}
    image_of = {number: images[Path(one["file_name"]).name] for number, one in written.imgs.items()}
    category_of = {number: categories[one["name"]] for number, one in written.cats.items()}
    print(f"{len(written.imgs)} images, {len(written.anns)} annotations, {len(results)} results are read;",
          "category ids are those of the labels" if all(a == b for a, b in category_of.items())
          else "category ids differ from those of the labels")
    for one in results:
        one["image_id"] = image_of[one["image_id"]]
        one["category_id"] = category_of[one["category_id"]]
    report = json.loads(Path(metrics).read_text())
    # Images that are judged are those that were predicted.
    shown = sorted(image_of.values())
    for kind, part in [("bbox", "boxes"), ("segm", "masks")]:
        if report[part] is None:
            continue
        with contextlib.redirect_stdout(io.StringIO()):
            mine = [{k: v for k, v in one.items() if kind == "segm" or k != "segmentation"} for one in results]
            if kind == "segm":
                for one in mine:
                    one.pop("bbox")
            judged = COCOeval(truth, truth.loadRes(mine), kind)
            judged.params.imgIds = shown
            judged.evaluate()
            judged.accumulate()
            judged.summarize()
        ours = [report[part]["scores"][name] for name in NAMES]
        theirs = judged.stats
        differences = [abs((-1 if a is None else a["value"]) - b) for a, b in zip(ours, theirs)]
        if max(differences) > 1e-9:
            print("  ", dict(zip(NAMES, zip([a and a["value"] for a in ours], theirs))))
        print(f"{kind}: AP {theirs[0]:.6f}, largest difference of the twelve numbers {max(differences):.1e}")


main(*sys.argv[1:])
