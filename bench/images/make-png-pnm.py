"""PNG files of 16 bits, and PBM, PGM, PPM, PAM and PFM files, with their values.

Written to engine/images/png/fixtures and engine/images/pnm/fixtures. Values are those that
imagecodecs (libpng), GDAL and Pillow find in the files; those of interlaced PNG, of PAM and of PFM with
colours, which none of these reads, are those that were written.

  python3 -m venv venv && venv/bin/pip install imagecodecs numpy pyvips[binary] rasterio Pillow
  venv/bin/python bench/images/make-png-pnm.py
"""

import json
import struct
import tempfile
import zlib
from pathlib import Path

import imagecodecs
import numpy as np
import pyvips
import rasterio
from PIL import Image

IMAGES = Path(__file__).parents[2] / "engine/images"
H, W = 5, 7
cases = {"png": [], "pnm": []}


def ramp(channels, most):
    values = np.random.default_rng(channels).integers(0, most, (H, W, channels), endpoint=True)
    values[0, 0], values[0, 1] = 0, most
    return values


def add(kind, file, data, values, most=None):
    """values: [H, W, C] without opacity"""
    folder = IMAGES / kind / "fixtures"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file).write_bytes(data)
    planes = np.moveaxis(values, -1, 0)
    listed = [float(v) if planes.dtype.kind == "f" else int(v) for v in planes.ravel()]
    cases[kind].append({"file": file, "shape": [1, *planes.shape], "values": listed, "tolerance": 0, "range": None if most is None else [0, most]})


def png(file, values, **options):
    data = imagecodecs.png_encode(values.astype("u2"), **options)
    add_png(file, data, values.shape[-1])


def add_png(file, data, channels):
    read = imagecodecs.png_decode(data).reshape(H, W, channels)
    colours = channels - 1 if channels in (2, 4) else channels
    add("png", file, data, read[:, :, :colours], 65535)


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


for name, channels in (("grey", 1), ("grey-alpha", 2), ("rgb", 3), ("rgba", 4)):
    values = ramp(channels, 65535)
    png(f"{name}.png", values if channels > 1 else values[:, :, 0:1])
    image = pyvips.Image.new_from_array(np.ascontiguousarray(values.astype("u2")))
    image = image.copy(interpretation="rgb16" if channels > 2 else "grey16")
    # imagecodecs does not put interlaced rows together.
    interlaced = image.pngsave_buffer(interlace=True, bitdepth=16)
    add("png", f"{name}-interlaced.png", interlaced, values[:, :, : 1 if channels < 3 else 3], 65535)
turned = imagecodecs.png_encode(ramp(3, 65535).astype("u2"))
exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
data = turned[:33] + chunk(b"eXIf", exif) + turned[33:]
add("png", "orientation-6.png", data, np.rot90(imagecodecs.png_decode(turned), -1), 65535)


def by_reader(file, data, most, values):
    """As GDAL reads files of bytes, and Pillow text and floating point; colours of float as written."""
    folder = Path(tempfile.mkdtemp())
    (folder / file).write_bytes(data)
    if "text" not in file and most is not None:
        with rasterio.open(folder / file) as source:
            values = np.moveaxis(source.read(), 0, -1)
    elif values.shape[-1] == 1 or most == 255:
        values = np.asarray(Image.open(folder / file)).reshape(values.shape)
    add("pnm", file, data, values, most)


def words(values):
    return ("\n".join(" ".join(str(v) for v in row.ravel()) for row in values) + "\n").encode()


for channels, plain, raw, end in ((1, 2, 5, "pgm"), (3, 3, 6, "ppm")):
    for most in (255, 65535):
        values = ramp(channels, most)
        head = lambda kind: f"P{kind}\n# made by a script\n{W} {H}\n{most}\n".encode()
        by_reader(f"{most}.{end}", head(raw) + values.astype(">u2" if most > 255 else "u1").tobytes(), most, values)
        by_reader(f"{most}-text.{end}", head(plain) + words(values), most, values)
    values = ramp(channels, 4095)
    add("pnm", f"4095.{end}", f"P{raw} {W} {H} 4095\n".encode() + values.astype(">u2").tobytes(), values, 4095)
    floats = np.random.default_rng(1).normal(0, 9, (H, W, channels)).astype("f4")
    for order, scale in (("<", -1), (">", 1)):
        data = f"P{'f' if channels == 1 else 'F'}\n{W} {H}\n{scale}\n".encode() + floats[::-1].astype(order + "f4").tobytes()
        by_reader(f"float-{'little' if order == '<' else 'big'}-{channels}.pfm", data, None, floats)
bits = ramp(1, 1)
packed = np.packbits(1 - bits[:, :, 0].astype("u1"), axis=1).tobytes()
add("pnm", "bits.pbm", f"P4\n{W} {H}\n".encode() + packed, bits, 1)
add("pnm", "bits-text.pbm", f"P1\n{W} {H}\n".encode() + words(1 - bits).replace(b" ", b""), bits, 1)
for kind, channels, most in (("GRAYSCALE", 1, 65535), ("RGB_ALPHA", 4, 255), ("GRAYSCALE_ALPHA", 2, 1023), ("BANDS", 6, 4095)):
    values = ramp(channels, most)
    head = f"P7\nWIDTH {W}\nHEIGHT {H}\nDEPTH {channels}\nMAXVAL {most}\nTUPLTYPE {kind}\nENDHDR\n".encode()
    colours = values[:, :, :-1] if kind.endswith("ALPHA") else values
    add("pnm", f"{kind.lower()}.pam", head + values.astype(">u2" if most > 255 else "u1").tobytes(), colours, most)
for kind, listed in cases.items():
    (IMAGES / kind / "fixtures/cases.json").write_text(json.dumps(listed) + "\n")
