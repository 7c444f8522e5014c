"""Containers made by other programs, and what is in them: entry, SHA-256 and class.

Needs Pillow, pyarrow and datasets: python bench/images/make-containers.py
"""

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
import datasets
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

OUT = Path(__file__).parents[2] / "engine/data/sources/containers/fixtures"
CLASSES = ["cat", "dog"]


def picture(seed):
    image = Image.new("L", (8, 8))
    image.putdata([(seed * 37 + i * (seed + 3)) % 256 for i in range(64)])
    content = io.BytesIO()
    image.save(content, "PNG")
    return content.getvalue()


PICTURES = [picture(seed) for seed in range(6)]
expected = {}


def entry(name, content, label=None):
    return {"name": name, "sha256": hashlib.sha256(content).hexdigest(), "label": label}


def tar(name, style, files):
    with tarfile.open(OUT / name, "w", format=style) as archive:
        for at, content in files:
            info = tarfile.TarInfo(at)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))


def in_folders(prefix=""):
    return [(f"{prefix}{CLASSES[i % 2]}/{i}.png", content) for i, content in enumerate(PICTURES)]


def of_folders(files):
    return [entry(at.removeprefix("./"), content, at.split("/")[-2]) for at, content in files]


LONG = "a-long-name-" * 12
for name, style, prefix in [
    ("ustar.tar", tarfile.USTAR_FORMAT, "./"),
    ("gnu.tar", tarfile.GNU_FORMAT, f"{LONG}/"),
    ("pax.tar", tarfile.PAX_FORMAT, f"{LONG}-käse/"),
]:
    tar(name, style, in_folders(prefix))
    expected[name] = of_folders(in_folders(prefix))

shard = []
for i, content in enumerate(PICTURES):
    shard += [(f"{i:04}.png", content), (f"{i:04}.cls", str(i % 2).encode())]
tar("webdataset.tar", tarfile.USTAR_FORMAT, shard)
expected["webdataset.tar"] = [entry(f"{i:04}.png", c, str(i % 2)) for i, c in enumerate(PICTURES)]

for name, method, is_large in [
    ("stored.zip", zipfile.ZIP_STORED, False),
    ("deflated.zip", zipfile.ZIP_DEFLATED, False),
    ("zip64.zip", zipfile.ZIP_DEFLATED, True),
]:
    with zipfile.ZipFile(OUT / name, "w", method) as archive:
        for at, content in in_folders("käse/"):
            with archive.open(at, "w", force_zip64=is_large) as file:
                file.write(content)
    expected[name] = of_folders(in_folders("käse/"))

if shutil.which("zip"):
    (OUT / "encrypted.zip").unlink(missing_ok=True)
    plain = Path("/tmp/encrypted.png")
    plain.write_bytes(PICTURES[0])
    subprocess.run(["zip", "-q", "-j", "-P", "secret", OUT / "encrypted.zip", plain], check=True)

features = datasets.Features(
    {"image": datasets.Image(), "label": datasets.ClassLabel(names=["unused", *CLASSES])}
)
rows = {
    "image": [{"bytes": content, "path": f"{i}.png"} for i, content in enumerate(PICTURES)],
    "label": [i % 2 + 1 for i in range(len(PICTURES))],
}
datasets.Dataset.from_dict(rows, features=features).to_parquet(OUT / "datasets.parquet")
in_rows = [entry(f"row-{i}", c, CLASSES[i % 2]) for i, c in enumerate(PICTURES)]
expected["datasets.parquet"] = in_rows

plain = pa.table(
    {
        "image": pa.array(PICTURES[:3] + [None] + PICTURES[3:], pa.binary()),
        "label": pa.array([CLASSES[i % 2] for i in range(3)] + [None] + [CLASSES[i % 2] for i in range(3, 6)]),
    }
)
rows_with_gap = [
    entry(f"row-{i if i < 3 else i + 1}", c, CLASSES[i % 2]) for i, c in enumerate(PICTURES)
]
for name, options in [
    ("plain.parquet", {"compression": "none", "use_dictionary": False}),
    ("dictionary.parquet", {"compression": "snappy", "row_group_size": 3}),
    ("gzip-pages.parquet", {"compression": "gzip", "data_page_version": "2.0", "data_page_size": 64, "write_batch_size": 2, "use_dictionary": False}),
    ("brotli.parquet", {"compression": "brotli"}),
    ("zstd.parquet", {"compression": "zstd"}),
]:
    pq.write_table(plain, OUT / name, **options)
    expected[name] = rows_with_gap
pq.write_table(plain, OUT / "lz4.parquet", compression="lz4")
pq.write_table(pa.table({"x": [1, 2]}), OUT / "numbers.parquet")

(OUT / "expected.json").write_text(json.dumps(expected, indent=1, ensure_ascii=False) + "\n")
