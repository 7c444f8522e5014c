"""Write the NIfTI files of engine/images/nifti/fixtures, and the values that nibabel reads from them.

    venv/bin/pip install nibabel
    venv/bin/python bench/images/make-nifti.py

The words in the free text of the files are made up, so that tests can search for them.
"""

import gzip
import json
import math
import pathlib

import nibabel
import numpy as np

TARGET = pathlib.Path(__file__).resolve().parents[2] / "engine" / "images" / "nifti" / "fixtures"
cases = []
rng = np.random.default_rng(16)


def number(value):
    value = float(value)
    if math.isnan(value) or math.isinf(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return int(value) if value == int(value) else value


def slices(array, axis):
    """[x, y, z(, volumes)] as slices along an axis: rows along the higher remaining axis."""
    volumes = array[..., None] if array.ndim == 3 else array
    found = []
    for volume in range(volumes.shape[3]):
        for at in range(volumes.shape[axis]):
            found.append(np.take(volumes[..., volume], at, axis).T)
    return np.stack(found)


def write(name, array, kind=nibabel.Nifti1Image, axes=(2,), slope=None, intercept=None, shown=None, big=False, **facts):
    header = kind.header_class(endianness=">" if big else "<")
    header.set_data_dtype(array.dtype)
    header["descrip"] = b"Zwiebelkranz Tibor PAT-0815-XYZZY"
    header["intent_name"] = b"Grumblewick"
    if kind is nibabel.Nifti1Image:
        header["db_name"] = b"19230417"
        header["aux_file"] = b"Quarnholm"
    image = kind(array, np.diag([-2, 3, 4, 1]), header)
    if shown:
        image.header["cal_min"], image.header["cal_max"] = shown
    path = TARGET / name
    # The header is written as it is; nibabel would choose another slope.
    image.header["vox_offset"] = 352 if kind is nibabel.Nifti1Image else 544
    head = image.header.copy()
    raw = bytearray(head.binaryblock)
    order = ">" if big else "<"
    if slope is not None:
        at, code = (112, "f4") if kind is nibabel.Nifti1Image else (176, "f8")
        raw[at : at + 2 * np.dtype(code).itemsize] = np.array([slope, intercept], order + code).tobytes()
    data = np.asarray(array).astype(array.dtype.newbyteorder(order)).tobytes(order="F")
    whole = bytes(raw) + b"\0\0\0\0" + data
    path.write_bytes(gzip.compress(whole, mtime=0) if name.endswith(".gz") else whole)
    read = nibabel.load(path)
    if array.dtype.fields:
        stored = np.asarray(read.dataobj)
        planes = np.stack([slices(stored[field], 2) for field in "RGB"], 1)
    else:
        planes = None
    for axis in axes:
        values = planes if planes is not None else slices(np.asarray(read.dataobj), axis)[:, None]
        cases.append({"file": name, "choices": {"axis": axis}, "tolerance": 0, "shape": list(values.shape), **facts,
                      "values": [number(v) for v in values.ravel()]})


def of(code, shape=(7, 5, 4)):
    dtype = np.dtype(code)
    if dtype.kind == "f":
        return (rng.normal(0, 100, shape)).astype(dtype)
    info = np.iinfo(dtype)
    limit = 2**50
    values = rng.integers(max(info.min, -limit), min(info.max, limit), shape, dtype="int64")
    return values.astype(dtype)


TARGET.mkdir(parents=True, exist_ok=True)
first, second = nibabel.Nifti1Image, nibabel.Nifti2Image
write("s16.nii", of("i2"), axes=(0, 1, 2), range=[-32768, 32767])
write("s16.nii.gz", of("i2"), axes=(0, 1, 2), range=[-32768, 32767])
write("volumes.nii.gz", of("u1", (6, 5, 3, 2)), axes=(0, 1, 2), range=[0, 255])
write("big-u16.nii", of("u2"), big=True, range=[0, 65535])
write("second.nii", of("f4"), second, axes=(0, 2), range=None)
write("second-big.nii.gz", of("i4"), second, big=True, range=[-2147483648, 2147483647])
for code in ("i1", "u4", "i8", "u8", "f8"):
    write(f"{code}.nii", of(code))
write("scaled.nii", of("i2"), slope=0.5, intercept=-3, shown=(-10.5, 200), range=[-16387, 16380.5], window=[-10.5, 200])
write("scaled-whole.nii", of("u2"), slope=2, intercept=-1024, range=[-1024, 130046], window=None)
write("scaled-float.nii", of("f4"), slope=2, intercept=1, range=None)
write("no-slope.nii", of("u1"), slope=0, intercept=7, range=[0, 255])
odd = of("f4")
odd[0, 0, 0], odd[1, 0, 0], odd[2, 0, 0] = np.nan, np.inf, -np.inf
write("not-numbers.nii", odd, range=None)
write("flat.nii", of("u1", (9, 6, 1)), axes=(0, 2))
for case in cases[-2:]:
    case["shape"], case["values"] = cases[-1]["shape"], cases[-1]["values"]
rgb = np.zeros((7, 5, 4), dtype=[("R", "u1"), ("G", "u1"), ("B", "u1")])
rgba = np.zeros((7, 5, 4), dtype=[("R", "u1"), ("G", "u1"), ("B", "u1"), ("A", "u1")])
for field in "RGB":
    rgb[field] = rgba[field] = of("u1")
rgba["A"] = 9
write("rgb.nii", rgb, range=[0, 255])
write("rgba.nii.gz", rgba, range=[0, 255])
plain = bytearray((TARGET / "s16.nii").read_bytes())
pair = plain[:348]
pair[344:348] = b"ni1\0"
(TARGET / "pair.hdr").write_bytes(pair)
odd = bytearray(plain)
odd[70:74] = np.array([32, 64], "<i2").tobytes()
(TARGET / "complex.nii").write_bytes(odd)
with open(TARGET / "cases.json", "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]\n")
print(len(cases), "cases")
