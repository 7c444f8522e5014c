"""Write the JPEG XL files of engine/images/jxl, and the values that libjxl reads from them.

    venv/bin/pip install imagecodecs numpy
    venv/bin/python bench/images/make-jpeg-xl.py
"""

import json
import pathlib
import struct

import imagecodecs
import numpy as np

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "engine" / "images" / "jxl" / "fixtures"
H, W = 24, 37
rng = np.random.default_rng(7)


def picture(bits, channels):
    y, x = np.mgrid[0:H, 0:W]
    planes = [(x * (c + 1) * 7 + y * (5 - c) * 3 + 40 * np.sin(x / 9 + c)) for c in range(channels)]
    values = np.stack(planes, -1)
    values = (values - values.min()) / (values.max() - values.min())
    values = np.rint(values * (2**bits - 1)).astype("uint8" if bits <= 8 else "uint16")
    return values[..., 0] if channels == 1 else values


def noise(bits, channels):
    values = rng.integers(0, 2**bits, (H, W, channels)).astype("uint8" if bits <= 8 else "uint16")
    return values[..., 0] if channels == 1 else values


def encode(values, **options):
    return imagecodecs.jpegxl_encode(values, **{"lossless": True, **options})


def box(kind, body):
    return struct.pack(">I", 8 + len(body)) + kind + body


SIGNATURE = box(b"JXL ", b"\r\n\x87\n") + box(b"ftyp", b"jxl \0\0\0\0jxl ")


def in_parts(stream):
    third = len(stream) // 3
    parts = [stream[:third], stream[third : 2 * third], stream[2 * third :]]
    marks = [0, 1, 0x80000002]
    return SIGNATURE + b"".join(box(b"jxlp", struct.pack(">I", mark) + part) for mark, part in zip(marks, parts))


class Bits:
    """Fields of a header, lowest bit first."""

    def __init__(self, data):
        self.bits = np.unpackbits(np.frombuffer(data, "uint8"), bitorder="little")
        self.at = 0

    def take(self, count):
        part = self.bits[self.at : self.at + count]
        self.at += count
        return sum(int(bit) << i for i, bit in enumerate(part))

    def number(self, *ways):
        base, bits = ways[self.take(2)]
        return base + self.take(bits)


def turned(stream, orientation):
    """A codestream without extra fields, with one that has an orientation."""
    fields = Bits(stream[2:])
    side = ((1, 9), (1, 13), (1, 18), (1, 30))
    small = fields.take(1)
    fields.take(5) if small else fields.number(*side)
    if fields.take(3) == 0:
        fields.take(5) if small else fields.number(*side)
    assert fields.take(1) == 0, "all fields are as usual"
    start = fields.at
    assert fields.take(1) == 0, "extra fields"
    assert fields.take(1) == 0, "floating point numbers"
    fields.number((8, 0), (10, 0), (12, 0), (1, 6))
    fields.take(1)
    assert fields.number((0, 0), (1, 0), (2, 4), (1, 12)) == 0, "further channels"
    assert fields.take(1) == 0, "colours of the eye"
    assert fields.take(1) == 1, "colours"
    colours_end = fields.at
    assert fields.take(2) == 0, "extensions"
    assert fields.take(1) == 1, "transform"
    code = [(orientation - 1) >> i & 1 for i in range(3)]
    bits = fields.bits
    # Usual tone mapping stands after the colours where there are extra fields.
    header = [*bits[:start], 1, *code, 0, 0, 0, *bits[start + 1 : colours_end], 1, *bits[colours_end : fields.at]]
    padded = np.packbits(np.array(header, "uint8"), bitorder="little").tobytes()
    return stream[:2] + padded + stream[2 + (fields.at + 7) // 8 :]


cases = []


def case(name, data, bits, tolerance=0, expected=None, channels=None):
    (FOLDER / f"{name}.jxl").write_bytes(data)
    read = imagecodecs.jpegxl_decode(data)
    assert expected is None or np.array_equal(read, expected), name
    read = read[..., None] if read.ndim == 2 else read
    planes = read[..., :channels].transpose(2, 0, 1)[None]
    cases.append({"file": f"{name}.jxl", "tolerance": tolerance, "shape": list(planes.shape), "range": [0, 2**bits - 1], "values": planes.ravel().tolist()})


FOLDER.mkdir(parents=True, exist_ok=True)
for kind, bits, channels in (("grey", 8, 1), ("grey", 16, 1), ("grey", 12, 1), ("rgb", 8, 3), ("rgb", 10, 3), ("rgb", 16, 3), ("rgb", 5, 3)):
    values = noise(bits, channels) if bits in (12, 16) else picture(bits, channels)
    case(f"{kind}{bits}", encode(values, bitspersample=bits), bits, expected=values)
for bits in (8, 16):
    values = picture(bits, 4)
    case(f"rgba{bits}", encode(values), bits, expected=values, channels=3)
    case(f"grey-alpha{bits}", encode(values[..., :2]), bits, expected=values[..., :2], channels=1)
    case(f"lossy{bits}", encode(picture(bits, 3), lossless=False, distance=1.0), bits, tolerance=1 if bits == 8 else 3)
case("container", encode(picture(16, 3), usecontainer=True), 16, expected=picture(16, 3))
case("parts", in_parts(encode(picture(8, 3))), 8, expected=picture(8, 3))
case("from-jpeg", imagecodecs.jpegxl_encode_jpeg(imagecodecs.jpeg8_encode(picture(8, 3), level=90)), 8, tolerance=2)
for orientation in range(2, 9):
    case(f"orientation-{orientation}", turned(encode(picture(8, 3)), orientation), 8)

(FOLDER / "float32.jxl").write_bytes(encode((picture(16, 3) / 65535).astype("float32")))
(FOLDER / "animation.jxl").write_bytes(encode(np.stack([picture(8, 3), noise(8, 3)])))
with open(FOLDER / "cases.json", "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(one, separators=(",", ":")) for one in cases) + "\n]\n")
print(len(cases), "cases")
