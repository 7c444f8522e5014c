"""Writes assets/fixtures/rand_augment.safetensors: every RandAugment operation as timm and Pillow do it.

    python3 -m venv venv && venv/bin/pip install pillow timm safetensors
    venv/bin/python bench/interop/rand_augment_fixture.py

Tensors: input.<image> and expected.<image>.<case>, [H, W, 3] bytes. The metadata says of each case which
operation it is, its level and sign, and the interpolation.
"""
import json
import random
from pathlib import Path

import numpy as np
import PIL
import timm
from PIL import Image
from safetensors.numpy import save_file
from timm.data import auto_augment

FILL = (124, 116, 104)
FIXTURES = Path(__file__).resolve().parents[2] / "assets" / "fixtures"
FILTERS = {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}
PLAIN = ["AutoContrast", "Equalize", "Invert"]
LEVELLED = ["PosterizeIncreasing", "SolarizeIncreasing", "SolarizeAdd"]
SIGNED = ["ColorIncreasing", "ContrastIncreasing", "BrightnessIncreasing", "SharpnessIncreasing"]
GEOMETRIC = ["Rotate", "ShearX", "ShearY", "TranslateXRel", "TranslateYRel"]


def inputs():
    draw = np.random.default_rng(7)
    noise = draw.integers(0, 256, (17, 24, 3), dtype=np.uint8)
    rows, columns = np.mgrid[0:20, 0:31]
    dull = np.stack([90 + columns, 100 + rows, 60 + (rows * columns) % 23], axis=-1).astype(np.uint8)
    flat = np.full((6, 8, 3), (10, 200, 255), dtype=np.uint8)
    two = flat.copy()
    two[2:4, 3:6] = (11, 90, 255)
    palette = Image.open(FIXTURES / "image_palette.png").convert("RGB").resize((40, 28), Image.BICUBIC)
    return {"palette": np.array(palette), "noise": noise, "dull": dull, "flat": flat, "two": two}


def apply(name, pixels, level, sign, interpolation):
    # timm negates where a random number is above one half
    random.random = lambda: 1.0 if sign == "minus" else 0.0
    level_of = auto_augment.LEVEL_TO_ARG[name]
    arguments = level_of(level, {}) if level_of else ()
    keywords = {"fillcolor": FILL, "resample": FILTERS[interpolation]}
    return np.array(auto_augment.NAME_TO_OP[name](Image.fromarray(pixels), *arguments, **keywords))


def cases():
    for name in PLAIN:
        yield name, name, 0, "plus", "bicubic"
    for name in LEVELLED:
        for level in (3.3, 8.9, 10):
            # today's Pillow refuses to keep no bits at all
            if (name, level) != ("PosterizeIncreasing", 10):
                yield f"{name}.{level}", name, level, "plus", "bicubic"
    for name in SIGNED:
        for level in (3.3, 8.9, 10):
            for sign in ("plus", "minus"):
                yield f"{name}.{level}.{sign}", name, level, sign, "bicubic"
    for name in GEOMETRIC:
        for level in (3.3, 8.9):
            for sign in ("plus", "minus"):
                for interpolation in FILTERS:
                    yield f"{name}.{level}.{sign}.{interpolation}", name, level, sign, interpolation


images = inputs()
meaning = {}
tensors = {f"input.{image}": pixels for image, pixels in images.items()}
for key, name, level, sign, interpolation in cases():
    meaning[key] = {
        "operation": name,
        "level": level,
        "sign": -1 if sign == "minus" else 1,
        "interpolation": interpolation,
    }
    for image, pixels in images.items():
        tensors[f"expected.{image}.{key}"] = apply(name, pixels, level, sign, interpolation)
metadata = {
    "fill": FILL,
    "images": list(images),
    "cases": meaning,
    "pillow": PIL.__version__,
    "timm": timm.__version__,
}
out = FIXTURES / "rand_augment.safetensors"
save_file(dict(sorted(tensors.items())), out, {key: json.dumps(value) for key, value in metadata.items()})
print(out, len(tensors), "tensors,", out.stat().st_size, "bytes")
