"""Write the HEIC and JPEG 2000 files of engine/images, and the values that other readers have of them.

    venv/bin/pip install pillow pillow-heif imagecodecs numpy
    venv/bin/python bench/images/make-photographs.py

HEIC files are read by pillow-heif, JPEG 2000 files by imagecodecs.
"""

import io
import json
import pathlib

import imagecodecs
import numpy as np
import pillow_heif
from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parents[2] / "engine" / "images"
H, W = 40, 64


def picture(bits, channels=3):
    y, x = np.mgrid[0:H, 0:W]
    planes = [(x * (c + 1) * 7 + y * (5 - c) * 3 + 40 * np.sin(x / 9 + c)) for c in range(channels)]
    values = np.stack(planes, -1)
    values = (values - values.min()) / (values.max() - values.min())
    return np.rint(values * (2**bits - 1)).astype("uint8" if bits == 8 else "uint16")


def save(folder, cases):
    with open(ROOT / folder / "fixtures" / "cases.json", "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]\n")
    print(folder, len(cases), "cases")


def case(name, values, **facts):
    values = values[..., None] if values.ndim == 2 else values
    planes = values.transpose(2, 0, 1)[None]
    return {"file": name, "tolerance": 0, "shape": list(planes.shape), **facts, "values": planes.ravel().tolist()}


def heic():
    folder = ROOT / "heif" / "fixtures"
    folder.mkdir(parents=True, exist_ok=True)
    cases = []
    for name, bits, options in (("rgb8", 8, {}), ("rgb8-444", 8, {"chroma": 444}), ("rgb10", 10, {}), ("rgb12", 12, {})):
        file = pillow_heif.HeifFile()
        values = picture(bits)
        if bits == 8:
            file.add_frombytes("RGB", (W, H), values.tobytes())
        else:
            wide = (values.astype("uint32") << (16 - bits)).astype("uint16")
            file.add_frombytes("RGB;16", (W, H), wide.tobytes())
            pillow_heif.options.SAVE_HDR_TO_12_BIT = bits == 12
        stream = io.BytesIO()
        file.save(stream, quality=80, **options)
        data = stream.getvalue()
        for suffix, bytes_ in variants(name, data):
            (folder / f"{name}{suffix}.heic").write_bytes(bytes_)
            read = pillow_heif.open_heif(io.BytesIO(bytes_), convert_hdr_to_8bit=False, hdr_to_16bit=False) if bits > 8 else pillow_heif.open_heif(io.BytesIO(bytes_))
            # Versions of libheif round the conversion of colours differently.
            largest = {8: 3, 10: 1, 12: 4}[bits]
            found = case(f"{name}{suffix}.heic", np.asarray(read), range=[0, 2**bits - 1])
            cases.append({**found, "tolerance": largest})
    save("heif", cases)


def variants(name, data):
    yield "", data
    if name == "rgb8":
        for orientation in (3, 6, 7):
            stream = io.BytesIO()
            exif = Image.Exif()
            exif[0x0112] = orientation
            Image.fromarray(picture(8)).save(stream, "HEIF", quality=80, exif=exif.tobytes())
            yield f"-orientation-{orientation}", stream.getvalue()


def jpeg_2000():
    folder = ROOT / "jp2" / "fixtures"
    folder.mkdir(parents=True, exist_ok=True)
    cases = []
    for name, values, bits, form in (
        ("grey8.jp2", picture(8, 1)[..., 0], 8, "JP2"),
        ("grey16.jp2", picture(16, 1)[..., 0], 16, "JP2"),
        ("grey12.j2k", picture(12, 1)[..., 0], 12, "J2K"),
        ("rgb8.jp2", picture(8), 8, "JP2"),
        ("rgb8.j2k", picture(8), 8, "J2K"),
        ("rgb10.j2k", picture(10), 10, "J2K"),
        ("rgb12.jp2", picture(12), 12, "JP2"),
        ("rgb16.jp2", picture(16), 16, "JP2"),
        ("signed-rgb16.j2k", (picture(16).astype("int32") - 32768).astype("int16"), 16, "J2K"),
        ("signed16.jp2", (picture(16, 1)[..., 0].astype("int32") - 32768).astype("int16"), 16, "JP2"),
        ("signed8.j2k", (picture(8, 1)[..., 0].astype("int32") - 128).astype("int8"), 8, "J2K"),
    ):
        data = imagecodecs.jpeg2k_encode(values, codecformat=form, resolutions=3, reversible=True, level=0, bitspersample=bits)
        (folder / name).write_bytes(data)
        read = imagecodecs.jpeg2k_decode(data)
        assert np.array_equal(read, values), name
        low = -(2 ** (bits - 1)) if values.dtype.kind == "i" else 0
        cases.append(case(name, read, range=[low, low + 2**bits - 1]))
    lossy = imagecodecs.jpeg2k_encode(picture(8), codecformat="JP2", resolutions=3, reversible=False, level=45)
    (folder / "lossy.jp2").write_bytes(lossy)
    cases.append({**case("lossy.jp2", imagecodecs.jpeg2k_decode(lossy)), "tolerance": 1})
    lossy = imagecodecs.jpeg2k_encode(picture(16), codecformat="JP2", resolutions=3, reversible=False, level=60)
    (folder / "lossy16.jp2").write_bytes(lossy)
    cases.append({**case("lossy16.jp2", imagecodecs.jpeg2k_decode(lossy)), "tolerance": 1})
    four = imagecodecs.jpeg2k_encode(picture(16, 4), codecformat="J2K", resolutions=3, reversible=True, level=0)
    (folder / "four16.j2k").write_bytes(four)
    save("jp2", cases)


pillow_heif.register_heif_opener()
heic()
jpeg_2000()
