"""TIFF files of every kind with their values, as tifffile, imagecodecs, Pillow and GDAL have them.

Written to engine/images/tiff/fixtures/cells.ndjson.gz, one cell a line. Values are those that an
independent reader finds in the written file, turned upright, [C, H, W]; equal arrays and files are
stored once.

  python3 -m venv venv && venv/bin/pip install tifffile imagecodecs Pillow numpy rasterio pyvips[binary]
  venv/bin/python bench/images/make-tiff.py
"""

import base64
import gzip
import io
import json
import tempfile
import zlib
from pathlib import Path

import numpy as np
import tifffile

TARGET = Path(__file__).parents[2] / "engine/images/tiff/fixtures"
H, W = 9, 19
lines, known, files, stored = [], {}, {}, set()


def upright(planes, orientation):
    """[C, H, W] as stored to what tag 274 says is shown."""
    flips = {1: (), 2: (2,), 3: (1, 2), 4: (1,), 5: (), 6: (1,), 7: (1, 2), 8: (2,)}[orientation]
    planes = np.flip(planes, flips) if flips else planes
    return planes.transpose(0, 2, 1) if orientation >= 5 else planes


def ramp(dtype, channels, seed=0, bits=None):
    """[C, H, W] over the whole range of the type, exact in float64."""
    dtype = np.dtype(dtype)
    random = np.random.default_rng(seed)
    size = (channels, H, W)
    if dtype.kind == "f":
        values = random.normal(0, 1000, size).astype(dtype)
        values[0, 0, :3] = [np.nan, np.inf, -0.0]
        return values
    bits = bits or dtype.itemsize * 8
    low, high = (0, 2**bits - 1) if dtype.kind == "u" else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    low, high = max(low, -(2**53) + 1), min(high, 2**53 - 1)
    values = random.integers(low, high, size, dtype=dtype, endpoint=True)
    values[0, 0, :2] = [low, high]
    # Smooth rows, which compress and have small differences.
    values[:, 5:12] = low + (high - low) // 50 * np.arange(W) // 2
    return values


def add(name, data, planes, sample=0, pages="samples", **facts):
    planes = np.asarray(planes)
    numbers = [None if not np.isfinite(v) else (int(v) if v == int(v) else float(v)) for v in planes.astype(np.float64).ravel()]
    infinite = [i for i, v in enumerate(planes.astype(np.float64).ravel()) if np.isinf(v)]
    key = json.dumps(numbers)
    if key not in known:
        known[key] = len(known)
        lines.append(json.dumps({"id": known[key], "values": numbers}, separators=(",", ":")))
    c, h, w = planes.shape
    cell = {"name": name, "channels": c, "height": h, "width": w, "sample": sample, "pages": pages,
            "infinite": infinite, **facts, "of": known[key], "in": files.setdefault(data, len(files))}
    if cell["in"] not in stored:
        stored.add(cell["in"])
        lines.append(json.dumps({"content": cell["in"], "file": base64.b64encode(data).decode()}))
    lines.append(json.dumps(cell, separators=(",", ":")))


def written(planes, planar=False, bigtiff=False, byteorder="<", extrasamples=None, **options):
    """Bytes of a file of the planes, and the planes as tifffile reads them from it."""
    stream = io.BytesIO()
    channels = planes.shape[0]
    stored = planes[0] if channels == 1 else planes if planar else planes.transpose(1, 2, 0)
    options.setdefault("photometric", "minisblack")
    with tifffile.TiffWriter(stream, bigtiff=bigtiff, byteorder=byteorder) as writer:
        writer.write(
            stored,
            planarconfig=None if channels == 1 else "separate" if planar else "contig",
            extrasamples=extrasamples,
            metadata=None,
            software=False,
            **options,
        )
    data = stream.getvalue()
    read = tifffile.imread(io.BytesIO(data))
    if channels > 1 and not planar:
        read = np.moveaxis(read, -1, 0)
    return data, read.reshape(planes.shape)


def orientation_tag(value):
    return (274, 3, 1, value, True)


TYPES = ["u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8"]
NAMES = {"u": "uint", "i": "int", "f": "float"}


def type_name(dtype):
    dtype = np.dtype(dtype)
    return f"{NAMES[dtype.kind]}{dtype.itemsize * 8}"


def layouts():
    turn = 0
    for dtype in TYPES:
        for channels in (1, 3, 6) if dtype != "u2" else (1, 2, 3, 4, 5, 6):
            for planar in (False, True) if channels > 1 else (False,):
                for tiled in (False, True):
                    turn += 1
                    order, big = "<>"[turn % 2], turn % 3 == 0
                    options = {"tile": (16, 16)} if tiled else {"rowsperstrip": 5}
                    photometric = "rgb" if channels == 3 else "minisblack"
                    data, read = written(ramp(dtype, channels), planar, big, order, photometric=photometric, **options)
                    name = f"{type_name(dtype)}, {channels} channels, {'planar' if planar else 'interleaved'}, {'tiles' if tiled else 'strips'}, {order}{' big' if big else ''}"
                    add(name, data, read, type=type_name(dtype))
    data, read = written(ramp("u2", 32), True, rowsperstrip=H)
    add("uint16, 32 channels", data, read, type="uint16")


def orientations():
    for orientation in range(1, 9):
        for dtype, channels, planar, tiled in (("u1", 1, False, False), ("u2", 3, False, True), ("f4", 4, True, True), ("i2", 2, True, False)):
            options = {"tile": (16, 16)} if tiled else {"rowsperstrip": 4}
            data, read = written(ramp(dtype, channels), planar, extratags=[orientation_tag(orientation)], **options)
            add(f"orientation {orientation}, {type_name(dtype)}, {channels} channels", data, upright(read, orientation), type=type_name(dtype))


COMPRESSIONS = ["packbits", "lzw", "deflate", "adobe_deflate"]


def compressions(methods=COMPRESSIONS, predicted=("lzw", "deflate", "adobe_deflate")):
    for method in methods:
        for dtype in TYPES:
            predictors = [1]
            if method in predicted:
                predictors += [2] if np.dtype(dtype).kind != "f" else [3]
            for predictor in predictors:
                for channels, planar, tiled in ((1, False, False), (3, False, True), (3, True, False)):
                    order = "<>"[(channels + predictor + tiled) % 2]
                    options = {"tile": (16, 32)} if tiled else {"rowsperstrip": 5}
                    data, read = written(ramp(dtype, channels), planar, byteorder=order, compression=method, predictor=predictor, **options)
                    add(f"{method}, predictor {predictor}, {type_name(dtype)}, {channels} channels{' planar' if planar else ''}, {order}", data, read, type=type_name(dtype))


def later_compressions():
    for method in ("zstd", "lzma"):
        for dtype in ("u1", "u2", "i4", "f4", "f8"):
            for predictor in (1, 3 if dtype[0] == "f" else 2):
                for channels, planar, tiled in ((1, False, False), (3, False, True)):
                    options = {"tile": (16, 32)} if tiled else {"rowsperstrip": 5}
                    data, read = written(ramp(dtype, channels), planar, byteorder="<>"[channels % 2], compression=method, predictor=predictor, **options)
                    add(f"{method}, predictor {predictor}, {type_name(dtype)}, {channels} channels", data, read, type=type_name(dtype))
    by_gdal("lzma, by GDAL", ramp("u2", 3), compress="lzma", predictor=2)
    by_gdal("zstd, by GDAL", ramp("i4", 2), compress="zstd", predictor=2)
    finite = lambda dtype, channels: np.nan_to_num(ramp(dtype, channels), posinf=7)
    for dtype in ("u1", "i1", "u2", "i2", "u4", "i4", "f4", "f8"):
        for channels, tiled in ((1, False), (3, True)):
            options = {"tile": (16, 16)} if tiled else {"rowsperstrip": 5}
            data, read = written(finite(dtype, channels), compression="lerc", **options)
            add(f"LERC, {type_name(dtype)}, {channels} channels", data, read, type=type_name(dtype))
    for around in ("lerc_deflate", "lerc_zstd", "lerc"):
        by_gdal(f"{around}, by GDAL", finite("f4", 2), compress=around, interleave="band")
        by_gdal(f"{around}, by GDAL, interleaved", ramp("u2", 3), compress=around)
    for dtype, channels, planar in (("u1", 1, False), ("u2", 1, False), ("u1", 3, False), ("u2", 3, True)):
        data, read = written(ramp(dtype, channels), planar, photometric="rgb" if channels == 3 else "minisblack", compression="jpeg2000", rowsperstrip=H)
        add(f"JPEG 2000, {type_name(dtype)}, {channels} channels", data, read, type=type_name(dtype))


def by_gdal(name, planes, sample=None, **options):
    import rasterio
    from rasterio.io import MemoryFile

    with MemoryFile() as memory:
        with memory.open(driver="GTiff", width=W, height=H, count=len(planes), dtype=planes.dtype, **options) as target:
            target.write(planes)
        data = bytes(memory.getbuffer())
        with rasterio.open(memory) as source:
            read = source.read()
    add(name, data, read, type=type_name(planes.dtype))


def depths():
    for bits in (1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 17, 20, 31):
        dtype = "u1" if bits <= 8 else "u2" if bits <= 16 else "u4"
        for channels in (1, 3):
            if bits == 1 and channels == 3:
                continue
            data, read = packed(ramp(dtype, channels, bits=bits), bits, "<>"[bits % 2])
            add(f"{bits} bits, {channels} channels", data, read, type=type_name(dtype), bits=bits)


def packed(planes, bits, order):
    """Numbers of odd bits, highest bit first, by imagecodecs; tifffile reads them back."""
    import imagecodecs

    channels = planes.shape[0]
    rows = planes.transpose(1, 2, 0).reshape(H, -1)
    coded = b"".join(imagecodecs.packints_encode(np.ascontiguousarray(row), bits) if bits != 1 else np.packbits(row).tobytes() for row in rows)
    data = by_hand(coded, order, [(258, 3, [bits] * channels), (262, 3, [2 if channels == 3 else 1]), (277, 3, [channels])])
    read = tifffile.imread(io.BytesIO(data)).astype(planes.dtype).reshape(H, W, channels).transpose(2, 0, 1)
    return data, read


def by_hand(coded, order, tags, compression=1):
    """A classic file of one strip with the given tags."""
    sizes = {1: 1, 2: 1, 3: 2, 4: 4, 7: 1, 12: 8}
    codes = {1: "u1", 2: "u1", 3: "u2", 4: "u4", 7: "u1", 12: "f8"}
    tags = dict((tag, (kind, values)) for tag, kind, values in [
        (256, 4, [W]), (257, 4, [H]), (258, 3, [8]), (259, 3, [compression]), (262, 3, [1]), (273, 4, [0]),
        (277, 3, [1]), (278, 4, [H]), (279, 4, [len(coded)]), *tags])
    start = 8 + len(coded) + len(coded) % 2
    extra_at = start + 2 + 12 * len(tags) + 4
    entries, extra = b"", b""
    u = lambda value, size: int(value).to_bytes(size, "little" if order == "<" else "big")
    for tag in sorted(tags):
        kind, values = tags[tag]
        if tag == 273:
            values = [8]
        raw = np.asarray(values, order + codes[kind]).tobytes()
        if len(raw) <= 4:
            field = raw.ljust(4, b"\0")
        else:
            field = u(extra_at + len(extra), 4)
            extra += raw + b"\0" * (len(raw) % 2)
        entries += u(tag, 2) + u(kind, 2) + u(len(raw) // sizes[kind], 4) + field
    head = (b"II" if order == "<" else b"MM") + u(42, 2) + u(start, 4)
    return head + coded.ljust(start - 8, b"\0") + u(len(tags), 2) + entries + u(0, 4) + extra


def divided(planes, opaque):
    """Colours before they were multiplied by their opacity, cut to whole numbers; of 8 bits as libvips."""
    if opaque == 255:
        import pyvips

        both = np.ascontiguousarray(planes.transpose(1, 2, 0))
        image = pyvips.Image.new_from_array(both).copy(interpretation="srgb").unpremultiply()
        return image.cast("uchar").numpy()[:, :, :-1].transpose(2, 0, 1)
    colours, alpha = planes[:-1].astype(np.float64), planes[-1].astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(alpha == 0, 0, np.floor(np.minimum(opaque, colours * opaque / alpha)))


def meanings():
    grey8, grey16, rgb = ramp("u1", 1), ramp("u2", 1), ramp("u1", 3)
    for planes, dtype in ((grey8, "u1"), (grey16, "u2"), (ramp("u4", 1), "u4")):
        data, read = written(planes, photometric="miniswhite")
        add(f"white is zero, {type_name(dtype)}", data, np.iinfo(dtype).max - read, type=type_name(dtype))
    data, read = written(ramp("i2", 1), photometric="miniswhite")
    add("white is zero, int16", data, -1 - read, type="int16")
    bits = ramp("u1", 1, bits=1)
    data = by_hand(np.packbits(bits[0], axis=1).tobytes(), "<", [(258, 3, [1]), (262, 3, [0])])
    add("white is zero, 1 bit", data, 1 - bits, type="uint8", bits=1)
    for bits in (1, 2, 4, 8):
        indices = ramp("u1", 1, bits=bits)
        for kind, scale in (("16 bits", 257), ("8 bits", 1)):
            palette = np.random.default_rng(bits).integers(0, 255, (3, 2**bits), endpoint=True)
            rows = np.unpackbits(indices[0][:, :, None], axis=2)[:, :, 8 - bits:].reshape(H, -1)
            data = by_hand(np.packbits(rows, axis=1).tobytes(), ">", [(258, 3, [bits]), (262, 3, [3]), (320, 3, (palette * scale).ravel())])
            add(f"palette of {kind}, {bits} bits", data, palette[:, indices[0]], type="uint8", colours="rgb")
    data, read = written(ramp("u2", 4), photometric="rgb", extrasamples=["unassalpha"])
    add("RGB with alpha", data, read[:3], type="uint16", colours="rgb")
    data, read = written(ramp("u1", 4), True, photometric="rgb", extrasamples=["assocalpha"])
    add("RGB with associated alpha, planar", data, divided(read, 255), type="uint8", colours="rgb")
    data, read = written(ramp("u2", 4), photometric="rgb", extrasamples=["assocalpha"])
    add("RGB with associated alpha, uint16", data, divided(read, 65535), type="uint16", colours="rgb")
    data, read = written(ramp("u2", 2), extrasamples=["unassalpha"])
    add("grey with alpha", data, read[:1], type="uint16", colours="grey")
    data, read = written(ramp("u2", 5), photometric="rgb", extrasamples=["unspecified", "unassalpha"])
    add("RGB with near infrared and alpha", data, read[:4], type="uint16", colours="other")
    data, read = written(ramp("f4", 5), True, photometric="minisblack", extrasamples=["unspecified"] * 4)
    add("five bands of float32", data, read, type="float32", colours="other")


def photograph():
    """[3, H, W] of uint8, smooth as photographs are."""
    y, x = np.mgrid[0:H, 0:W]
    return np.stack([120 + 100 * np.sin(x / 5), 12.0 * x, 25.0 * y]).clip(0, 255).astype(np.uint8)


def through_pillow(planes_or_image, **options):
    from PIL import Image

    image = planes_or_image
    if isinstance(image, np.ndarray):
        image = Image.fromarray(image[0] if len(image) == 1 else np.ascontiguousarray(image.transpose(1, 2, 0)))
    stream = io.BytesIO()
    image.save(stream, "TIFF", **options)
    data = stream.getvalue()
    read = Image.open(io.BytesIO(data))
    if read.mode in ("CMYK", "YCbCr"):
        read = read.convert("RGB")
    values = np.asarray(read)
    return data, values[None].astype("u1") if values.ndim == 2 else values.transpose(2, 0, 1)


def lossy_and_bitonal():
    from PIL import Image

    rgb, grey = photograph(), photograph()[:1]
    add("JPEG grey by Pillow", *through_pillow(grey, compression="jpeg"), type="uint8", colours="grey")
    add("JPEG RGB by Pillow", *through_pillow(rgb, compression="jpeg"), type="uint8", colours="rgb")
    for photometric in ("rgb", "ycbcr"):
        for tiled in (False, True):
            options = {"tile": (16, 16)} if tiled else {"rowsperstrip": 8}
            data, _ = written(rgb, photometric=photometric, compression="jpeg", compressionargs={"level": 90}, **options)
            read = np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).transpose(2, 0, 1)
            add(f"JPEG {photometric}, {'tiles' if tiled else 'strips'}", data, read, type="uint8", colours="rgb")
    data, read = written(rgb, True, photometric="rgb", compression="jpeg", compressionargs={"level": 90})
    add("JPEG of planes", data, read, type="uint8", colours="rgb")
    data, read = written(np.concatenate([rgb, grey]), photometric="minisblack", compression="jpeg", compressionargs={"level": 90})
    add("JPEG of four channels", data, read, type="uint8", colours="other")
    for channels in (3, 4):
        planes = np.concatenate([rgb, 255 - grey])[:channels]
        data, read = written(planes, photometric="rgb", compression="webp", compressionargs={"lossless": True}, extrasamples=["unassalpha"] if channels == 4 else None)
        add(f"WebP, {channels} channels", data, read[:3], type="uint8", colours="rgb")
    bits = grey > 120
    for method in ("tiff_ccitt", "group3", "group4", "packbits", "tiff_lzw"):
        data, read = through_pillow(bits, compression=method)
        add(f"{method}, 1 bit", data, read, type="uint8", bits=1)


def ycbcr_and_cmyk():
    from PIL import Image

    y, x = np.mgrid[0:H, 0:W]
    planes = np.stack([photograph()[0], (x * 9) % 256, (y * 23) % 256]).astype("u1")
    for across, down in ((1, 1), (2, 1), (2, 2), (4, 2)):
        blocks = b""
        for top in range(0, H, down):
            for left in range(0, W, across):
                for dy in range(down):
                    for dx in range(across):
                        blocks += bytes([planes[0, min(top + dy, H - 1), min(left + dx, W - 1)]])
                blocks += bytes([planes[1, top, left], planes[2, top, left]])
        tags = [(258, 3, [8] * 3), (262, 3, [6]), (277, 3, [3]), (530, 3, [across, down])]
        # Pillow leaves compressed files to libtiff, which converts the colours.
        data = by_hand(zlib.compress(blocks), "<", tags, 8)
        read = np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).transpose(2, 0, 1)
        add(f"YCbCr, chroma of {across} x {down} pixels", data, read, type="uint8", colours="rgb")
        add(f"YCbCr, chroma of {across} x {down} pixels, uncompressed", by_hand(blocks, ">", tags), read, type="uint8", colours="rgb")
    inks = np.concatenate([photograph(), photograph()[::-1][:1]])
    for bits in (8, 16):
        stored = inks if bits == 8 else inks.astype("u2") * 257
        data, _ = written(stored, photometric="separated")
        add(f"CMYK, {bits} bits", data, converted_by_libvips(data), type="uint8", colours="rgb")


def converted_by_libvips(data):
    """CMYK has no values in RGB but those of a profile; libvips has one built in."""
    import pyvips

    image = pyvips.Image.new_from_buffer(data, "")
    image = image.icc_transform("srgb", input_profile="cmyk", intent="perceptual")
    return image.numpy().transpose(2, 0, 1)


def pages():
    stack = np.stack([ramp("u2", 1, seed)[0] for seed in range(3)])
    stream = io.BytesIO()
    tifffile.imwrite(stream, stack, photometric="minisblack", metadata=None)
    data, read = stream.getvalue(), tifffile.imread(io.BytesIO(stream.getvalue()))
    for sample in range(3):
        add(f"page {sample} of 3", data, read[sample][None], sample=sample, type="uint16", samples=3)
    add("pages as channels", data, read, pages="channels", type="uint16", samples=1)
    add("first page", data, read[:1], pages="first", type="uint16", samples=1)


def stacks():
    """Channels, slices and times of OME and ImageJ, in several orders."""
    for axes, shape in (("CYX", (6,)), ("TZCYX", (2, 2, 3)), ("TCZYX", (2, 3, 2)), ("CTZYX", (3, 2, 2)), ("ZCYX", (2, 2)), ("ZYX", (3,))):
        count = int(np.prod(shape))
        planes = np.stack([ramp("u2", 1, seed)[0] for seed in range(count)]).reshape(*shape, H, W)
        stream = io.BytesIO()
        names = [f"Stain {c}" for c in range(shape[axes.index("C")] if "C" in axes else 1)]
        tifffile.imwrite(stream, planes, ome=True, photometric="minisblack", metadata={"axes": axes, "Channel": {"Name": names}})
        data = stream.getvalue()
        series = tifffile.TiffFile(io.BytesIO(data)).series[0]
        stack(f"OME {axes}", data, series.asarray().reshape(planes.shape), axes)
    planes = np.stack([ramp("u2", 1, seed)[0] for seed in range(12)]).reshape(2, 2, 3, H, W)
    stream = io.BytesIO()
    tifffile.imwrite(stream, planes, imagej=True, metadata={"axes": "TZCYX", "min": 3, "max": 900})
    stack("ImageJ TZCYX", stream.getvalue(), tifffile.imread(io.BytesIO(stream.getvalue())), "TZCYX")
    rgb = np.stack([photograph(), 255 - photograph()]).transpose(0, 2, 3, 1)
    stream = io.BytesIO()
    tifffile.imwrite(stream, rgb, ome=True, photometric="rgb", metadata={"axes": "ZYXS"})
    for sample in range(2):
        add(f"OME RGB, slice {sample}", stream.getvalue(), rgb[sample].transpose(2, 0, 1), sample=sample, type="uint8", colours="rgb", samples=2)
    plane = ramp("u2", 1)
    for low, high in ((281, 281), (340, 341)):
        tags = [(tag, 3, 1, value, True) for tag, value in ((280 if low == 281 else low, 5), (high, 4095))]
        data, read = written(plane, extratags=tags)
        add(f"range of tags up to {high}", data, read, type="uint16", metadataRanges=[[5, 4095]])
    sparse()
    pyramids()


def axes_cells():
    """Small stacks, and the images that each choice of the dimensions that are channels makes of them."""
    h, w = 3, 4
    found = []
    for kind, axes, shape in (("ome", "TZCYX", (2, 3, 2)), ("ome", "TCZYX", (3, 2, 2)), ("ome", "CTZYX", (2, 3, 2)),
                              ("imagej", "TZCYX", (2, 3, 2)), ("imagej", "TZYX", (2, 3)), ("pages", "ZYX", (3,))):
        planes = (np.arange(np.prod(shape) * h * w) * 7 % 4096).astype("u2").reshape(*shape, h, w)
        name, stream = f"{kind} {axes}", io.BytesIO()
        options = {"metadata": None} if kind == "pages" else {kind: True, "metadata": {"axes": axes}}
        tifffile.imwrite(stream, planes, photometric="minisblack", **options)
        read = tifffile.TiffFile(io.BytesIO(stream.getvalue())).series[0].asarray().reshape(planes.shape)
        for axis in "TZC":
            if axis not in axes:
                read, axes = read[None], axis + axes
        read = read.transpose([axes.index(axis) for axis in "TZCYX"])
        for choice in ("C", "Z", "T", "CZ", "CT", "ZT", "CZT", "none"):
            channels = [axis for axis in "TZC" if axis in choice]
            samples = [axis for axis in "TZC" if axis not in channels]
            images = read.transpose(["TZCYX".index(axis) for axis in [*samples, *channels, *"YX"]])
            count = int(np.prod([read.shape["TZC".index(axis)] for axis in samples]))
            images = images.reshape(count, -1, h, w)
            found.append({"name": name, "channels": choice, "shape": images.shape, "values": images.ravel().tolist(),
                          "file": base64.b64encode(stream.getvalue()).decode()})
    return found


def stack(name, data, planes, axes):
    order = [axis for axis in "TZC" if axis in axes]
    planes = np.moveaxis(planes, [axes.index(axis) for axis in order], range(len(order)))
    channels = planes.shape[-3] if "C" in axes else 1
    planes = planes.reshape(-1, channels, H, W)
    for sample in range(len(planes)):
        add(f"{name}, sample {sample}", data, planes[sample], sample=sample, type="uint16", samples=len(planes))
    add(f"{name}, first", data, planes[0], pages="first", type="uint16", samples=1)


def pyramids():
    """Smaller copies in sub-directories, in pages that are marked, and in pages of whole slides."""
    import rasterio
    import rasterio.enums

    y, x = np.mgrid[0:40, 0:52]
    top = np.stack([x * 300 + y, y * 400 - x, (x * y) % 65000]).astype("u2")
    for name, planes in (("one channel", top[:1]), ("three channels", top)):
        copies = [planes, planes[:, ::2, ::2], planes[:, ::4, ::4]]
        stored = [copy[0] if len(copy) == 1 else copy for copy in copies]
        options = {"photometric": "minisblack", "tile": (16, 16), "compression": "deflate", "metadata": None}
        options |= {"planarconfig": "separate"} if len(planes) > 1 else {}
        stream = io.BytesIO()
        with tifffile.TiffWriter(stream) as writer:
            writer.write(stored[0], subifds=2, **options)
            for copy in stored[1:]:
                writer.write(copy, subfiletype=1, **options)
        levels(f"sub-directories, {name}", stream.getvalue(), copies)
        stream = io.BytesIO()
        with tifffile.TiffWriter(stream) as writer:
            writer.write(stored[0], description="Aperio Image Library", **options)
            thumbnail = {key: value for key, value in options.items() if key != "tile"}
            writer.write(stored[2][..., ::2, ::2].copy(), rowsperstrip=4, **thumbnail)
            for copy in stored[1:]:
                writer.write(copy, **options)
            writer.write(stored[1][..., ::5, ::3].copy(), subfiletype=1, **thumbnail)
        levels(f"whole slide, {name}", stream.getvalue(), copies)
        file = Path(tempfile.mkdtemp()) / "a.tif"
        with rasterio.open(file, "w", driver="GTiff", width=52, height=40, count=len(planes), dtype="uint16", tiled=True, blockxsize=16, blockysize=16) as target:
            target.write(planes)
        with rasterio.open(file, "r+") as target:
            target.build_overviews([2, 4], rasterio.enums.Resampling.nearest)
        data, read = file.read_bytes(), [planes]
        for level in range(2):
            with rasterio.open(file, overview_level=level) as source:
                read.append(source.read())
        levels(f"overviews of GDAL, {name}", data, read)


def levels(name, data, copies):
    for level, copy in enumerate(copies):
        sizes = [{"width": c.shape[2], "height": c.shape[1]} for c in copies]
        add(f"{name}, level {level}", data, copy, level=level, type="uint16", samples=1, levels=sizes)


def sparse():
    import rasterio
    from rasterio.io import MemoryFile

    with MemoryFile() as memory:
        with memory.open(driver="GTiff", width=40, height=20, count=2, dtype="int16", nodata=-9999, tiled=True, blockxsize=16, blockysize=16, sparse_ok=True, compress="deflate") as target:
            target.write(ramp("i2", 2)[:, :, :16], window=rasterio.windows.Window(0, 0, 16, H))
        data = bytes(memory.getbuffer())
        with rasterio.open(memory) as source:
            read = source.read()
    add("GeoTIFF with parts left out", data, read, type="int16", noData=-9999)


def short_floats():
    """Floating point numbers of 24 bits, which tifffile reads and does not write: bytes with other tags."""
    import struct

    import imagecodecs

    values = np.nan_to_num(ramp("f4", 2, seed=24), posinf=0)
    values[0, 0, :7] = [np.nan, np.inf, -np.inf, -0.0, 2.0**-70, 65504, -(2.0**63)]
    for order in "<>":
        for compression in (None, "deflate"):
            coded = [imagecodecs.float24_encode(plane, byteorder=order) for plane in values]
            stored = np.frombuffer(b"".join(coded), "i1").reshape(2, H, 3 * W)
            stream = io.BytesIO()
            tifffile.imwrite(stream, stored, byteorder=order, photometric="minisblack", planarconfig="separate",
                             compression=compression, metadata=None, software=False)
            data = bytearray(stream.getvalue())
            with tifffile.TiffFile(io.BytesIO(data)) as file:
                tags = file.pages[0].tags
                struct.pack_into(order + "I" if tags[256].dtype == 4 else order + "H", data, tags[256].valueoffset, W)
                struct.pack_into(order + "2H", data, tags[258].valueoffset, 24, 24)
                struct.pack_into(order + "2H", data, tags[339].valueoffset, 3, 3)
            read = tifffile.imread(io.BytesIO(bytes(data)))
            add(f"float24, {order}, {compression}", bytes(data), read, type="float32", bits=24)


def deep_colours():
    """JPEG 2000 with three components of more than 8 bits in each chunk."""
    for dtype, options in (("u2", {"rowsperstrip": H}), ("i2", {"rowsperstrip": H}), ("u2", {"tile": (16, 16)})):
        data, read = written(ramp(dtype, 3), photometric="rgb", compression="jpeg2000", **options)
        way = "tiles" if "tile" in options else "strips"
        add(f"JPEG 2000, {type_name(dtype)}, 3 channels together, {way}", data, read, type=type_name(dtype))


def jpeg_xl():
    for dtype, channels, planar, options in (("u1", 1, False, {"tile": (16, 16)}), ("u2", 1, False, {"rowsperstrip": 5}),
                                             ("u2", 3, False, {"tile": (16, 16)}), ("u2", 3, True, {"rowsperstrip": H})):
        photometric = "rgb" if channels == 3 else "minisblack"
        data, read = written(ramp(dtype, channels), planar, photometric=photometric, compression="jpegxl", **options)
        add(f"JPEG XL, {type_name(dtype)}, {channels} channels, {'apart' if planar else 'together'}", data, read, type=type_name(dtype))


def main():
    stacks()
    layouts()
    orientations()
    compressions()
    later_compressions()
    depths()
    meanings()
    lossy_and_bitonal()
    ycbcr_and_cmyk()
    pages()
    short_floats()
    deep_colours()
    jpeg_xl()
    TARGET.mkdir(parents=True, exist_ok=True)
    target = TARGET / "cells.ndjson.gz"
    target.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode(), mtime=0))
    axes = "\n".join(json.dumps(cell, separators=(",", ":")) for cell in axes_cells()) + "\n"
    (TARGET / "axes.ndjson.gz").write_bytes(gzip.compress(axes.encode(), mtime=0))
    print(len(lines) - len(known) - len(files), "cells,", len(files), "files,", len(known), "arrays,", target.stat().st_size, "bytes")


main()
