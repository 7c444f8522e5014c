"""Images that decoders read wrong or not at all, small, with the right answer of each.

Writes engine/data/testing/image-files/: the files and expected.json, which says of each file either which
picture it holds (base.png, or another one beside it, and how far values may be off), or a part of the
reason for which it must be refused.

    python -m venv venv && venv/bin/pip install numpy==2.4.6 pillow==13.0.0 tifffile==2026.3.3 imagecodecs==2026.3.6
    venv/bin/python bench/interop/image_files.py
"""

import io
import json
import struct
import zlib
from pathlib import Path

import imagecodecs
import numpy as np
import tifffile
from PIL import Image

OUT = Path(__file__).parents[2] / "engine/data/testing/image-files"
W, H = 32, 24
expected = {}

y, x = np.mgrid[0:H, 0:W]
rgb = np.stack(
    [
        128 + 100 * np.sin(x / 9) * np.cos(y / 8),
        128 + 100 * np.sin(x / 6 + 1) * np.cos(y / 11),
        128 + 90 * np.cos(x / 13 + y / 7),
    ],
    -1,
).round().astype(np.uint8)
rgb[4:14, 6:20] = [230, 40, 20]
grey = rgb[..., 0].copy()
alpha = ((x * 255) // (W - 1)).astype(np.uint8)
alpha[:8] = 0
palette_image = Image.fromarray(rgb).quantize(16)
index = np.array(palette_image)
palette = np.array((palette_image.getpalette() + [0] * 768)[:768], np.uint8).reshape(-1, 3)
bilevel = np.where(grey > 127, 255, 0).astype(np.uint8)


# Files that cannot be decoded to bytes, but are read as they are stored: the type of their numbers,
# the picture that they show, and the numbers that are its black and white.
STORED = {
    "YCbCr.tif": ("uint8", "base.png", (0, 255), 3),
    "planar-tiles.tif": ("uint8", "base.png", (0, 255), 0),
    "preview-first.tif": ("uint8", "base.png", (0, 255), 0),
    "12-in-16.png": ("uint16", "grey.png", (0, 255 * 16), 0),
    "12-in-16-grey.tif": ("uint16", "grey.png", (0, 255 * 16), 0),
    "12-in-16-rgb.tif": ("uint16", "base.png", (0, 255 * 16), 0),
    "values-12-bits.tif": ("uint16", "grey.png", (0, 255 * 16), 0),
    "values-uint32.tif": ("uint32", "grey.png", (0, 255 * 2**24), 0),
    "values-float-rgb.tif": ("float32", "base.png", (0, 1), 0),
    **{f"values-float{bits}.tif": (f"float{bits}", "grey.png", (0, 1), 0) for bits in (16, 32, 64)},
    **{f"values-int{bits}.tif": (f"int{bits}", "grey.png", (0, 127.5), 1) for bits in (8, 16, 32)},
    **{f"bands-{bands}.tif": ("uint8", "base.png", (0, 255), 0) for bands in (2, 3, 4, 5, 12)},
    **{f"{name}.tif": ("uint8", "base.png", (0, 255), 0) for name in ("zstd", "lzma", "lerc", "jpeg2000", "jpegxl")},
    **{f"{name}-tiles.tif": ("uint8", "grey.png", (0, 255), 0) for name in ("zstd", "lzma", "lerc", "jpeg2000", "jpegxl")},
    "bands-5-rgb.tif": ("uint8", None, (0, 255), 0),
}


def write(name, data, **answer):
    (OUT / name).write_bytes(data)
    if name in STORED:
        numbers, picture, window, off = STORED[name]
        answer["stored"] = {"numbers": numbers, "picture": picture, "range": window, "off": off}
    expected[name] = answer


def png_bytes(array):
    stream = io.BytesIO()
    Image.fromarray(array).save(stream, "PNG", optimize=True)
    return stream.getvalue()


def tiff(name, array, picture=None, off=0, reason=None, **options):
    stream = io.BytesIO()
    options.setdefault("photometric", "rgb" if array.ndim == 3 else "minisblack")
    tifffile.imwrite(stream, array, metadata=None, software=False, **options)
    answer = {"reason": reason} if reason else {"picture": picture or "base.png", "off": off}
    write(f"{name}.tif", stream.getvalue(), **answer)
    return stream.getvalue()


def damage(name, data, change, reason="image is damaged"):
    """Change the lengths or the places of the strips or tiles of a little-endian TIFF."""
    data = bytearray(data)
    start = struct.unpack_from("<I", data, 4)[0]
    for i in range(struct.unpack_from("<H", data, start)[0]):
        at = start + 2 + 12 * i
        tag, kind, count = struct.unpack_from("<HHI", data, at)
        size, code = {3: (2, "H"), 4: (4, "I")}.get(kind, (0, ""))
        if size == 0:
            continue
        where = at + 8 if size * count <= 4 else struct.unpack_from("<I", data, at + 8)[0]
        for k in range(count):
            value = struct.unpack_from(f"<{code}", data, where + k * size)[0]
            struct.pack_into(f"<{code}", data, where + k * size, change(tag, k, count, value))
    write(f"{name}.tif", bytes(data), reason=reason)


def all_tiffs():
    for name in ("lzw", "deflate", "packbits", "webp"):
        tiff(name, rgb, compression=name)
        tiff(f"{name}-tiles", rgb, compression=name, tile=(16, 16))
    tiff("raw", rgb)
    tiff("raw-grey", grey, "grey.png")
    tiff("big-endian", rgb, byteorder=">", compression="lzw")
    tiff("bigtiff", rgb, bigtiff=True)
    tiff("bigtiff-big-endian", rgb, bigtiff=True, byteorder=">", compression="zlib")
    tiff("planar", np.moveaxis(rgb, -1, 0).copy(), planarconfig="separate")
    tiff("predictor-2", rgb, compression="zlib", predictor=2)
    tiff("jpeg", rgb, off=90, compression="jpeg", compressionargs={"level": 97})
    tiff("rgb16", rgb.astype(np.uint16) * 257)
    tiff("grey16", grey.astype(np.uint16) * 257, "grey.png")
    tiff("white-is-zero", 255 - grey, "grey.png", photometric="miniswhite")
    tiff("white-is-zero-16", 65535 - grey.astype(np.uint16) * 257, "grey.png", photometric="miniswhite")
    tiff("palette", index, "palette.png", photometric="palette", colormap=palette.T.astype(np.uint16) * 257)
    tiff("bilevel", bilevel > 0, "bilevel.png")
    tiff("alpha", np.dstack([rgb, alpha]), extrasamples=["unassalpha"])
    tiff("alpha16", np.dstack([rgb, alpha]).astype(np.uint16) * 257, extrasamples=["unassalpha"])
    tiff("grey-alpha", np.dstack([grey, alpha]), "grey.png", photometric="minisblack", extrasamples=["unassalpha"])
    tiff("near-infrared", np.dstack([rgb, alpha]), extrasamples=["unspecified"])
    for kind in ("group3", "group4"):
        stream = io.BytesIO()
        Image.fromarray(bilevel).convert("1").save(stream, "TIFF", compression=kind)
        write(f"{kind}.tif", stream.getvalue(), picture="bilevel.png", off=0)

    names = {
        **{"zstd": "ZSTD", "lzma": "LZMA", "lerc": "LERC", "jpeg2000": "JPEG 2000", "jpegxl": "JPEG XL"},
        **{"png": "PNG", "jpegxr": "JPEG XR"},
    }
    for name, words in names.items():
        tiff(name, rgb, reason=f"it is compressed with {words} (", compression=name)
        tiff(f"{name}-tiles", grey, reason=f"it is compressed with {words} (", compression=name, tile=(16, 16))
    raw = tiff("unknown-compression", rgb, reason="x")
    damage("unknown-compression", raw, lambda tag, k, n, v: 61234 if tag == 259 else v, "an unknown method (TIFF compression 61234)")
    damage("old-jpeg", raw, lambda tag, k, n, v: 6 if tag == 259 else v, "old-style JPEG")
    for kind, words in (("float32", "floating"), ("float16", "floating"), ("float64", "floating"), ("int16", "signed"), ("int8", "signed"), ("int32", "signed"), ("complex64", "complex")):
        tiff(f"values-{kind}", (grey / 255).astype(kind) if "int" not in kind else (grey >> 1).astype(kind), reason=f"its values are {words}")
    tiff("values-float-rgb", (rgb / 255).astype(np.float32), reason="its values are floating", compression="zlib", predictor=3)
    tiff("values-uint32", grey.astype(np.uint32) << 24, reason="its values have 32 bits")
    tiff("values-12-bits", grey.astype(np.uint16) << 4, reason="its values have 12 bits", bitspersample=12)
    tiff("12-in-16-grey", grey.astype(np.uint16) << 4, reason="lowest sixteenth")
    tiff("12-in-16-rgb", rgb.astype(np.uint16) << 4, reason="lowest sixteenth")
    for bands in (2, 3, 4, 5, 12):
        tiff(f"bands-{bands}", np.dstack([rgb[..., i % 3] for i in range(bands)]), reason=f"it has {bands} channels", photometric="minisblack", planarconfig="contig")
    tiff("bands-5-rgb", np.dstack([rgb, alpha, alpha]), reason="it has 5 channels")
    tiff("planar-tiles", np.moveaxis(rgb, -1, 0).copy(), planarconfig="separate", tile=(16, 16), reason="in tiles")
    for mode, words in (("LAB", "L*a*b*"), ("YCbCr", "YCbCr")):
        stream = io.BytesIO()
        (Image.fromarray(rgb, mode) if mode == "LAB" else Image.fromarray(rgb).convert(mode)).save(stream, "TIFF")
        write(f"{mode}.tif", stream.getvalue(), reason=words)
    stream = io.BytesIO()
    with tifffile.TiffWriter(stream) as writer:
        writer.write(rgb[::4, ::4].copy(), photometric="rgb", metadata=None, subfiletype=1)
        writer.write(rgb, photometric="rgb", metadata=None)
    write("preview-first.tif", stream.getvalue(), reason="preview of another page")
    stream = io.BytesIO()
    with tifffile.TiffWriter(stream) as writer:
        writer.write(rgb, photometric="rgb", metadata=None)
        writer.write(255 - rgb, photometric="rgb", metadata=None)
    write("two-pages.tif", stream.getvalue(), picture="base.png", off=0)

    lengths = (279, 325)
    for name, options in (
        ("lzw", {"compression": "lzw"}),
        ("deflate", {"compression": "zlib"}),
        ("packbits", {"compression": "packbits"}),
        ("jpeg", {"compression": "jpeg"}),
        ("webp", {"compression": "webp"}),
        ("raw", {}),
    ):
        for layout, where in (("strips", {"rowsperstrip": 16}), ("tiles", {"tile": (16, 16)})):
            data = tiff(f"cut-{name}-{layout}", rgb, reason="x", **options, **where)
            last = lambda tag, k, n, v: int(v * 0.7) if tag in lengths and k == n - 1 else v
            if name != "raw":
                damage(f"cut-{name}-{layout}", data, last)
            else:
                write(f"cut-raw-{layout}.tif", data[: -len(data) // 3], reason="the file ends before its picture does")
    tiled = tiff("sparse", rgb, reason="x", tile=(16, 16), compression="zlib")
    damage("sparse", tiled, lambda tag, k, n, v: 0 if tag in (324, 325) and k == 2 else v, "parts of its picture are missing")
    fax = (OUT / "group4.tif").read_bytes()
    damage("cut-group4", fax, lambda tag, k, n, v: int(v * 0.6) if tag == 279 else v)


def bitmap(size, bits, compression, rows, palette=b"", masks=b"", height=H, used=0):
    if size == 12:
        header = struct.pack("<IHHHH", 12, W, height, 1, bits)
    else:
        header = struct.pack("<IiiHHIIiiII", size, W, height, 1, bits, compression, len(rows), 2835, 2835, used, 0)
    if size >= 52:
        header, masks = header + masks, b""
    header = header.ljust(size, b"\0")
    offset = 14 + len(header) + len(masks) + len(palette)
    return b"BM" + struct.pack("<IHHI", offset + len(rows), 0, 0, offset) + header + masks + palette + rows


def padded(rows, top_down=False):
    rows = [row + b"\0" * (-len(row) % 4) for row in rows]
    return b"".join(rows if top_down else rows[::-1])


def run_lengths(bits):
    out = b""
    for number in range(H - 1, -1, -1):
        row, at = [int(v) for v in index[number]], 0
        while at < W:
            run = 1
            while at + run < W and run < 255 and row[at + run] == row[at]:
                run += 1
            if run > 2 or W - at < 3:
                out += bytes([run, row[at] if bits == 8 else row[at] * 17])
                at += run
                continue
            some = row[at : at + min(W - at, 3 + number % 5)]
            if bits == 8:
                body = bytes(some)
            else:
                pairs = some + [0] * (len(some) % 2)
                body = bytes(pairs[i] << 4 | pairs[i + 1] for i in range(0, len(pairs), 2))
            out += bytes([0, len(some)]) + body + b"\0" * (len(body) % 2)
            at += len(some)
        out += b"\0\0" if number else b"\0\1"
    return out


def all_bitmaps():
    bgr = rgb[..., ::-1]
    rows = [row.tobytes() for row in bgr]
    with_alpha = [row.tobytes() for row in np.dstack([bgr, alpha])]
    good = {"picture": "base.png", "off": 0}
    write("24.bmp", bitmap(40, 24, 0, padded(rows)), **good)
    write("24-top-down.bmp", bitmap(40, 24, 0, padded(rows, True), height=-H), **good)
    write("24-os2-1.bmp", bitmap(12, 24, 0, padded(rows)), **good)
    write("24-os2-2.bmp", bitmap(64, 24, 0, padded(rows)), **good)
    write("32.bmp", bitmap(40, 32, 0, padded(with_alpha)), **good)
    eight = struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    for size in (40, 52, 56, 108, 124):
        masks = eight[:12] if size <= 52 else eight
        write(f"32-fields-{size}.bmp", bitmap(size, 32, 3, padded(with_alpha), masks=masks), **good)
    swapped = [row.tobytes() for row in np.dstack([rgb, alpha])]
    write("32-swapped.bmp", bitmap(108, 32, 3, padded(swapped), masks=struct.pack("<IIII", 0xFF, 0xFF00, 0xFF0000, 0xFF000000)), **good)
    red, green, blue = [rgb[..., i].astype(np.uint32) for i in range(3)]
    for name, (r, g, b) in (("555", (5, 5, 5)), ("565", (5, 6, 5)), ("444", (4, 4, 4))):
        pixels = ((red >> (8 - r)) << (g + b) | (green >> (8 - g)) << b | blue >> (8 - b)).astype("<u2")
        masks = struct.pack("<III", (2**r - 1) << (g + b), (2**g - 1) << b, 2**b - 1)
        write(f"16-{name}.bmp", bitmap(40, 16, 3, padded([row.tobytes() for row in pixels]), masks=masks), picture="base.png", off=2 ** (8 - min(r, g, b)))
    pixels = ((red >> 3) << 10 | (green >> 3) << 5 | blue >> 3).astype("<u2")
    write("16-plain.bmp", bitmap(40, 16, 0, padded([row.tobytes() for row in pixels])), picture="base.png", off=8)
    four = b"".join(bytes([b, g, r, 0]) for r, g, b in palette)
    three = b"".join(bytes([b, g, r]) for r, g, b in palette)
    nibbles = [bytes(int(row[i]) << 4 | int(row[i + 1]) for i in range(0, W, 2)) for row in index]
    same = {"picture": "palette.png", "off": 0}
    write("8.bmp", bitmap(40, 8, 0, padded([row.tobytes() for row in index]), palette=four), **same)
    write("8-os2-1.bmp", bitmap(12, 8, 0, padded([row.tobytes() for row in index]), palette=three), **same)
    write("4.bmp", bitmap(40, 4, 0, padded(nibbles), palette=four[:64]), **same)
    write("4-v5.bmp", bitmap(124, 4, 0, padded(nibbles), palette=four[:64], used=16), **same)
    write("rle8.bmp", bitmap(40, 8, 1, run_lengths(8), palette=four), **same)
    write("rle4.bmp", bitmap(40, 4, 2, run_lengths(4), palette=four[:64]), **same)
    write("rle8-cut.bmp", bitmap(40, 8, 1, run_lengths(8), palette=four)[:-200], reason="bitmap is truncated")
    ended = run_lengths(4)[:300] + b"\0\1"
    write("rle4-ends-early.bmp", bitmap(40, 4, 2, ended, palette=four[:64]), reason="bitmap")
    write("24-cut.bmp", bitmap(40, 24, 0, padded(rows))[:-30], reason="bitmap is truncated")
    write("png-inside.bmp", bitmap(40, 0, 5, png_bytes(rgb)), reason="bitmap is compressed with PNG")


def png_chunk(name, body, wrong=False):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body) ^ wrong)


def png(bits, kind, array, wrong=b""):
    rows = zlib.compress(b"".join(b"\0" + row.tobytes() for row in array), 9)
    head = struct.pack(">IIBBBBB", W, H, bits, kind, 0, 0, 0)
    note = png_chunk(b"tEXt", b"a\0b", wrong == b"tEXt")
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + note + png_chunk(b"IDAT", rows, wrong == b"IDAT") + png_chunk(b"IEND", b"")


def all_others():
    good = {"picture": "base.png", "off": 0}
    wide = lambda array: (array.astype(">u2") * 257).astype(">u2")
    rgba, la = np.dstack([rgb, alpha]), np.dstack([grey, alpha])
    write("rgb16.png", png(16, 2, wide(rgb)), **good)
    write("rgba.png", png(8, 6, rgba), **good)
    write("rgba16.png", png(16, 6, wide(rgba)), **good)
    write("grey-alpha.png", png(8, 4, la), picture="grey.png", off=0)
    write("grey-alpha16.png", png(16, 4, wide(la)), picture="grey.png", off=0)
    write("note-with-wrong-checksum.png", png(8, 2, rgb, b"tEXt"), **good)
    write("wrong-checksum.png", png(8, 2, rgb, b"IDAT"), reason="a checksum in it is wrong (IDAT)")
    write("12-in-16.png", png(16, 0, (grey.astype(">u2") * 16).astype(">u2")), reason="lowest sixteenth")
    for name, options in (("palette-alpha", {"transparency": bytes(range(0, 160, 10))}), ("colour-key", {"transparency": (230, 40, 20)})):
        stream = io.BytesIO()
        (palette_image if name == "palette-alpha" else Image.fromarray(rgb)).save(stream, "PNG", **options)
        write(f"{name}.png", stream.getvalue(), picture="palette.png" if name == "palette-alpha" else "base.png", off=0)

    write("lossless.jpg", imagecodecs.jpeg8_encode(rgb, lossless=True, colorspace="RGB", outcolorspace="RGB"), **good)
    write("lossless-grey.jpg", imagecodecs.ljpeg_encode(grey), picture="grey.png", off=0)
    write("12-bits.jpg", imagecodecs.jpeg8_encode(rgb.astype(np.uint16) * 16, bitspersample=12), reason="its values have 12 bits")
    write("jpeg-ls.jpg", imagecodecs.jpegls_encode(rgb), reason="JPEG-LS")
    for progressive in (False, True):
        stream = io.BytesIO()
        Image.fromarray(rgb).save(stream, "JPEG", quality=92, progressive=progressive)
        data, name = stream.getvalue(), "progressive" if progressive else "baseline"
        write(f"{name}.jpg", data, picture="base.png", off=90)
        write(f"{name}-cut.jpg", data[: len(data) * 2 // 3], reason="the file ends before its picture does")

    stream = io.BytesIO()
    palette_image.save(stream, "GIF", transparency=int(index[8, 10]))
    write("transparent.gif", stream.getvalue(), picture="palette.png", off=0)
    stream = io.BytesIO()
    palette_image.save(stream, "GIF", save_all=True, append_images=[Image.fromarray(255 - rgb).quantize(16)])
    write("animated.gif", stream.getvalue(), picture="palette.png", off=0)
    small = io.BytesIO()
    Image.fromarray(rgb[10:30, 10:30]).quantize(16).save(small, "GIF")
    part = bytearray(small.getvalue())
    part[6:10] = struct.pack("<HH", W, H)
    write("small-first-frame.gif", bytes(part), reason="first frame leaves a part")

    stream = io.BytesIO()
    Image.fromarray(rgba).save(stream, "WEBP", lossless=True, exact=True)
    write("rgba.webp", stream.getvalue(), **good)
    stream = io.BytesIO()
    Image.fromarray(rgb).save(stream, "WEBP", lossless=True, save_all=True, append_images=[Image.fromarray(255 - rgb)])
    write("animated.webp", stream.getvalue(), **good)
    stream = io.BytesIO()
    Image.fromarray(rgb[10:30, 10:30]).save(stream, "WEBP", lossless=True)
    three = lambda value: struct.pack("<I", value)[:3]
    frame = three(5) + three(5) + three(19) + three(19) + three(100) + b"\0" + stream.getvalue()[12:]
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + three(W - 1) + three(H - 1)
    body += b"ANIM" + struct.pack("<I", 6) + b"\0" * 6 + b"ANMF" + struct.pack("<I", len(frame)) + frame
    write("small-first-frame.webp", b"RIFF" + struct.pack("<I", len(body)) + body, reason="first frame leaves a part")

    for name, array, options in (
        ("8-bits", rgb, {}),
        ("alpha", rgba, {}),
        ("sequence", rgb, {"save_all": True, "append_images": [Image.fromarray(255 - rgb)]}),
    ):
        stream = io.BytesIO()
        Image.fromarray(array).save(stream, "AVIF", quality=98, subsampling="4:4:4", **options)
        write(f"{name}.avif", stream.getvalue(), picture="base.png", off=40)
    data = (OUT / "8-bits.avif").read_bytes()
    write("brand-mif1.avif", data[:8] + b"mif1" + data[12:], picture="base.png", off=40)
    write("cut.avif", data[: len(data) * 3 // 4], reason="the file ends before its picture does")
    for bits in (10, 12):
        wide_values = (rgb.astype(np.uint32) * (2**bits - 1) // 255).astype(np.uint16)
        write(f"{bits}-bits.avif", imagecodecs.avif_encode(wide_values, level=98, bitspersample=bits), picture="base.png", off=40)


OUT.mkdir(parents=True, exist_ok=True)
for old in OUT.iterdir():
    old.unlink()
(OUT / "base.png").write_bytes(png_bytes(rgb))
(OUT / "grey.png").write_bytes(png_bytes(grey))
(OUT / "palette.png").write_bytes(png_bytes(palette[index]))
(OUT / "bilevel.png").write_bytes(png_bytes(bilevel))
all_tiffs()
all_bitmaps()
all_others()
# Formatted by: npx biome format --write
(OUT / "expected.json").write_text(json.dumps(expected, indent=2, sort_keys=True) + "\n")
