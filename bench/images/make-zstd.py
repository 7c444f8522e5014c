"""ZSTD frames by libzstd, with length and SHA-256 of what they hold.

Written to engine/images/codecs/fixtures/zstd-frames.json. Contents lead to every kind of block, of
literals and of tables; what they are does not matter.

  python3 -m venv venv && venv/bin/pip install imagecodecs numpy; the program zstd is needed, too
  venv/bin/python bench/images/make-zstd.py
"""

import base64
import hashlib
import json
import subprocess
from pathlib import Path

import imagecodecs
import numpy as np

TARGET = Path(__file__).parents[2] / "engine/images/codecs/fixtures/zstd-frames.json"
random = np.random.default_rng(1)
frames = []


def keep(name, coded, content):
    sha = hashlib.sha256(content).hexdigest()
    frame = base64.b64encode(coded).decode()
    frames.append({"name": name, "length": len(content), "sha256": sha, "frame": frame})


def by_program(content, *options):
    return subprocess.run(["zstd", "-c", *options], input=content, capture_output=True, check=True).stdout


x = np.arange(4000)
smooth = (2000 * np.sin(x / 90) + random.normal(0, 3, x.size)).astype("<i2")
words = b" ".join(random.choice([b"image", b"mask", b"patch", b"teacher", b"student", b"of"], 900))
contents = {
    "nothing": b"",
    "one byte": b"x",
    "a run": bytes(300_000),
    "noise": random.bytes(700),
    "few symbols": bytes(random.choice([0, 0, 0, 0, 1, 1, 2, 7, 9], 3000).astype(np.uint8)),
    "rows": smooth.tobytes(),
    "bytes of float planes": smooth.astype("<f4").view(np.uint8).reshape(-1, 4).T.tobytes(),
    "words": words,
    "far repeats": words + bytes(150_000) + words[::-1] + words,
    "several blocks": (words + smooth.tobytes()[:900]) * 50,
}
for name, content in contents.items():
    for level in (1, 3, 9, 19):
        keep(f"{name}, level {level}", imagecodecs.zstd_encode(content, level=level), content)
    keep(f"{name}, streamed with a checksum", by_program(content, "-5"), content)
both = [contents["words"], contents["rows"]]
keep("two frames", b"".join(by_program(one) for one in both), b"".join(both))
skipped = (0x184D2A53).to_bytes(4, "little") + (3).to_bytes(4, "little") + b"abc"
keep("a frame that is skipped", skipped + by_program(words) + skipped, words)
TARGET.parent.mkdir(parents=True, exist_ok=True)
TARGET.write_text(json.dumps(frames, indent=1) + "\n")
print(len(frames), "frames,", TARGET.stat().st_size, "bytes")
