"""Opens exported networks with other programs, strictly, and compares their answers with ours.

    pip install torch timm transformers onnxruntime onnx safetensors torchvision tifffile
    python bench/interop/compare.py FOLDER...

Each FOLDER comes from outputs.ts. A row is appended to bench/results/interop.csv for every program and
output: the largest difference, and for logits the share of images with the same first choice and of
right ones. Exits with 1 when a program refuses a file, misses a tensor, or differs by more than 1e-3 of
the output's largest number.
"""

import csv
import datetime
import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime
import safetensors
import tifffile
import timm
import torch
import torchvision
import transformers
from PIL import Image
from safetensors.torch import load_file

RESULTS = pathlib.Path(__file__).parent.parent / "results" / "interop.csv"
TOLERANCE = 1e-3
BATCH = 50
FIELDS = ["date", "network", "program", "output", "images", "maxAbsDifference", "scale", "top1Agreement", "top1"]


def in_batches(function, images):
    """The outputs of each batch by name, put together."""
    parts = [function(images[i : i + BATCH]) for i in range(0, len(images), BATCH)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


@torch.inference_mode()
def by_timm(folder, images, classes):
    model = timm.create_model(f"local-dir:{folder / 'timm'}", pretrained=True).eval()
    # Once more, so that nothing missing or unexpected goes unnoticed.
    model.load_state_dict(load_file(folder / "timm" / "model.safetensors"), strict=True)
    assert list(model.pretrained_cfg.get("label_names") or []) == list(classes)

    def run(batch):
        features = model.forward_features(torch.from_numpy(batch))
        found = {"last_hidden_state": features.numpy()}
        if classes:
            found["pooler_output"] = model.forward_head(features, pre_logits=True).numpy()
            found["logits"] = model.forward_head(features).numpy()
        return found

    return in_batches(run, images)


@torch.inference_mode()
def by_transformers(folder, images, classes):
    kind = transformers.BeitForImageClassification if classes else transformers.BeitModel
    model, info = kind.from_pretrained(folder / "hf", output_loading_info=True)
    for problem in ["missing_keys", "unexpected_keys", "mismatched_keys", "error_msgs"]:
        assert not info.get(problem), f"{problem}: {info[problem]}"
    model.eval()
    assert [model.config.id2label[i] for i in range(len(classes))] == list(classes)

    def run(batch):
        pixels = torch.from_numpy(batch)
        trunk = (model.beit if classes else model)(pixels)
        found = {"last_hidden_state": trunk.last_hidden_state.numpy()}
        # Of a BeitModel without a head it is the class token, which was not trained to be one.
        if classes:
            found["pooler_output"] = trunk.pooler_output.numpy()
            found["logits"] = model(pixels).logits.numpy()
        return found

    return in_batches(run, images)


def by_onnxruntime(folder, images, classes):
    file = str(folder / "network.onnx")
    onnx.checker.check_model(onnx.load(file), full_check=True)
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    assert json.loads(session.get_modelmeta().custom_metadata_map.get("classes", "[]")) == list(classes)
    names = [output.name for output in session.get_outputs()]
    return in_batches(lambda batch: dict(zip(names, session.run(names, {"pixel_values": batch}))), images)


def by_processor(folder, samples, **options):
    processor = transformers.AutoImageProcessor.from_pretrained(folder / "hf", **options)
    pictures = [Image.open(sample["path"]).convert("RGB") for sample in samples]
    return {"pixels": processor(pictures, return_tensors="np")["pixel_values"]}


def by_transform(folder, samples):
    model = timm.create_model(f"local-dir:{folder / 'timm'}", pretrained=True)
    transform = timm.data.create_transform(**timm.data.resolve_model_data_config(model), is_training=False)
    pictures = [transform(Image.open(sample["path"]).convert("RGB")) for sample in samples]
    return {"pixels": torch.stack(pictures).numpy()}


def by_export(folder, samples):
    """Files of numbers, read by tifffile and scaled by nothing but what the export of timm says."""
    config = json.loads((folder / "timm" / "config.json").read_text())
    about = config["pretrained_cfg"]
    low, high = np.array(config["value_range"], np.float64).T[:, :, None, None]
    mean, std = (torch.tensor(about[name])[:, None, None] for name in ["mean", "std"])
    _, height, width = about["input_size"]
    shorter = int(height / about["crop_pct"])
    pictures = []
    for sample in samples:
        values = (tifffile.imread(sample["path"]).astype(np.float64) - low) / (high - low)
        planes = values.clip(0, 1).astype(np.float32)
        size = [shorter * side // min(planes.shape[1:]) for side in planes.shape[1:]]
        large = torch.from_numpy(np.stack([resized(plane, *size) for plane in planes]))
        cut = torchvision.transforms.functional.center_crop(large, [height, width])
        pictures.append((cut - mean) / std)
    return {"pixels": torch.stack(pictures).numpy()}


def resized(plane, height, width):
    """Columns first, each direction clipped, as Pillow does with bytes."""
    columns = Image.fromarray(plane).resize((width, len(plane)), Image.BICUBIC)
    wide = Image.fromarray(np.array(columns).clip(0, 1))
    return np.array(wide.resize((width, height), Image.BICUBIC)).clip(0, 1)


def check_safetensors(folder):
    """Everything that timm's file holds is in ours, bit by bit."""
    ours = load_file(folder / "network.safetensors")
    theirs = load_file(folder / "timm" / "model.safetensors")
    for name, tensor in theirs.items():
        table = "rel_pos_bias.relative_position_bias_table"
        own = ours[table] if name not in ours and name.endswith("relative_position_bias_table") else ours[name]
        assert torch.equal(own, tensor), name
    with safetensors.safe_open(folder / "network.safetensors", "pt") as file:
        return len(ours), file.metadata()


def compare(folder):
    about = json.loads((folder / "interop.json").read_text())
    classes, samples = about["classes"], about["samples"]
    labels = np.array([classes.index(sample["label"]) if classes else -1 for sample in samples])
    images = np.load(folder / "images.npy")
    programs = {
        f"timm {timm.__version__}": by_timm(folder, images, classes),
        f"onnxruntime {onnxruntime.__version__}": by_onnxruntime(folder, images, classes),
    }
    # transformers' BEiT takes square images only.
    if (folder / "hf").exists():
        programs[f"transformers {transformers.__version__}"] = by_transformers(folder, images, classes)
    if samples and images.shape[1] != 3:
        programs[f"tifffile {tifffile.__version__} and Pillow, scaled as the export says"] = by_export(folder, samples)
    elif samples:
        programs[f"transformers {transformers.__version__} processor"] = by_processor(folder, samples)
        programs[f"transformers {transformers.__version__} processor, pil"] = by_processor(
            folder, samples, backend="pil"
        )
        programs[f"timm {timm.__version__} transform"] = by_transform(folder, samples)
    tensors, metadata = check_safetensors(folder)
    print(f"safetensors: {tensors} tensors, metadata {sorted(metadata)}")
    for program, outputs in programs.items():
        for output, found in outputs.items():
            ours = images if output == "pixels" else np.load(folder / f"{output}.npy")
            assert found.shape == ours.shape, (program, output, found.shape, ours.shape)
            row = {
                "date": datetime.date.today().isoformat(),
                "network": about["origin"],
                "program": program,
                "output": output,
                "images": len(images),
                "maxAbsDifference": f"{np.abs(found - ours).max():.3g}",
                "scale": f"{np.abs(ours).max():.3g}",
                "top1Agreement": "",
                "top1": "",
            }
            if output == "logits":
                row["top1Agreement"] = f"{(found.argmax(1) == ours.argmax(1)).mean():.4f}"
                row["top1"] = "" if not samples else f"{(found.argmax(1) == labels).mean():.4f}"
            yield row


def main():
    print(f"torch {torch.__version__}, torchvision {torchvision.__version__}, onnx {onnx.__version__}")
    rows = [row for folder in sys.argv[1:] for row in compare(pathlib.Path(folder))]
    new = not RESULTS.exists()
    with RESULTS.open("a", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        if new:
            writer.writeheader()
        writer.writerows(rows)
    for row in rows:
        print(*(row[field] for field in FIELDS[1:]), sep=" | ")
    # Pixels are rounded to bytes by each program's own resizing, and judged by eye.
    far = [
        row
        for row in rows
        if row["output"] != "pixels"
        and float(row["maxAbsDifference"]) > TOLERANCE * max(1, float(row["scale"]))
    ]
    sys.exit(1 if far else 0)


if __name__ == "__main__":
    main()
