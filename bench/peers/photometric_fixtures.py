"""Writes what OpenCV makes of random pixels in the photometric distortion of mmsegmentation.

    pip install numpy opencv-python-headless safetensors
    python bench/peers/photometric_fixtures.py
"""
from pathlib import Path

import cv2
import numpy as np
from safetensors.numpy import save_file

ENGINE = Path(__file__).resolve().parents[2] / "engine"
PIXELS = 1024
# Brightness, contrast, whether contrast is last, saturation, hue; as in drawPhotometric.
CHANGES = [
    (0, 1, 0, 1, 0),
    (31.25, 1, 0, 1, 0),
    (-17.5, 0.53, 0, 1, 0),
    (0, 1.49, 1, 1, 0),
    (0, 1, 0, 0.5, 0),
    (0, 1, 0, 1.47, 0),
    (0, 1, 0, 1, -18),
    (0, 1, 0, 1, 17),
    (12.75, 1.21, 0, 0.71, 5),
    (-30.5, 1.37, 1, 1.31, -9),
]


def convert(values, alpha=1, beta=0):
    values = values.astype(np.float32) * alpha + beta
    return np.clip(values, 0, 255).astype(np.uint8)


def distorted(image, brightness, contrast, contrast_is_last, saturation, hue):
    image = convert(image, beta=brightness)
    if not contrast_is_last:
        image = convert(image, alpha=contrast)
    hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
    hsv[..., 1] = convert(hsv[..., 1], alpha=saturation)
    image = cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)
    hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
    hsv[..., 0] = (hsv[..., 0].astype(int) + hue) % 180
    image = cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)
    return convert(image, alpha=contrast) if contrast_is_last else image


def main():
    random = np.random.default_rng(0)
    image = random.integers(0, 256, (1, PIXELS, 3), dtype=np.uint8)
    # Equal channels, extremes and pure colours.
    image[0, :128] = image[0, :128, :1]
    image[0, 128:256] = image[0, 128:256] // 128 * 255
    tensors = {"image": image[0]}
    for at, change in enumerate(CHANGES):
        tensors[f"change.{at}"] = np.array(change, dtype=np.float32)
        tensors[f"distorted.{at}"] = distorted(image, *change)[0]
    save_file(tensors, ENGINE / "data/augment/testing/photometric.safetensors")


if __name__ == "__main__":
    main()
