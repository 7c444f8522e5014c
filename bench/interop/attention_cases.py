"""Attention maps and rollout of a small network, by NumPy alone.

    pip install numpy safetensors
    python bench/interop/attention_cases.py engine/insight/attention/testing/attention.safetensors

The network is that of BEiT with a table of relative positions in each block, in the names of ConMIM's
checkpoints, with random weights that are large enough for uneven attention, and a wide image. All is
computed in double precision. Rollout follows Abnar and Zuidema (ACL 2020). attention.py compares exported
networks with transformers.
"""

import math
import sys

import numpy as np
from safetensors.numpy import save_file

ROWS, COLS, PATCH, E, H, DEPTH, HIDDEN, IMAGES = 3, 4, 4, 12, 3, 3, 24, 2
N, D, EPS = ROWS * COLS, E // H, 1e-6
generator = np.random.default_rng(11)
erf = np.vectorize(math.erf)


def normal(*shape):
    # Rounded first, so that both programs compute with the same numbers.
    return generator.normal(0, 0.4, shape).astype(np.float32)


def weights():
    found = {
        "cls_token": normal(1, 1, E),
        "patch_embed.proj.weight": normal(E, 3, PATCH, PATCH),
        "patch_embed.proj.bias": normal(E),
    }
    for i in range(DEPTH):
        block = {
            "gamma_1": normal(E),
            "gamma_2": normal(E),
            "norm1.weight": normal(E),
            "norm1.bias": normal(E),
            "norm2.weight": normal(E),
            "norm2.bias": normal(E),
            "attn.q_bias": normal(E),
            "attn.v_bias": normal(E),
            "attn.relative_position_bias_table": normal((2 * ROWS - 1) * (2 * COLS - 1) + 3, H),
            "attn.qkv.weight": normal(3 * E, E),
            "attn.proj.weight": normal(E, E),
            "attn.proj.bias": normal(E),
            "mlp.fc1.weight": normal(HIDDEN, E),
            "mlp.fc1.bias": normal(HIDDEN),
            "mlp.fc2.weight": normal(E, HIDDEN),
            "mlp.fc2.bias": normal(E),
        }
        found |= {f"blocks.{i}.{name}": value for name, value in block.items()}
    return found


def bias_rows():
    """The row of the table for each pair of tokens, the class token first, as BEiT numbers them."""
    index = np.empty((N + 1, N + 1), int)
    for a in range(N):
        for b in range(N):
            down, right = a // COLS - b // COLS, a % COLS - b % COLS
            index[a + 1, b + 1] = (down + ROWS - 1) * (2 * COLS - 1) + right + COLS - 1
    count = (2 * ROWS - 1) * (2 * COLS - 1)
    index[0, :] = count
    index[:, 0] = count + 1
    index[0, 0] = count + 2
    return index


def norm(x, weight, bias):
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + EPS) * weight + bias


def softmax(x):
    powers = np.exp(x - x.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def gelu(x):
    return x * (1 + erf(x / math.sqrt(2))) / 2


def attention(p, image):
    """Probabilities of each block, [H, T, T]."""
    tiles = image.reshape(3, ROWS, PATCH, COLS, PATCH).transpose(1, 3, 0, 2, 4).reshape(N, -1)
    patches = tiles @ p["patch_embed.proj.weight"].reshape(E, -1).T + p["patch_embed.proj.bias"]
    x = np.concatenate([p["cls_token"][0], patches])
    rows = bias_rows()
    found = []
    for i in range(DEPTH):
        at = lambda name: p[f"blocks.{i}.{name}"]
        y = norm(x, at("norm1.weight"), at("norm1.bias"))
        q, k, v = (y @ part.T for part in np.split(at("attn.qkv.weight"), 3))
        heads = lambda z: z.reshape(-1, H, D).transpose(1, 0, 2)
        q, k, v = heads(q + at("attn.q_bias")), heads(k), heads(v + at("attn.v_bias"))
        bias = at("attn.relative_position_bias_table")[rows].transpose(2, 0, 1)
        probs = softmax(q @ k.transpose(0, 2, 1) / math.sqrt(D) + bias)
        found.append(probs)
        context = (probs @ v).transpose(1, 0, 2).reshape(-1, E)
        x = x + at("gamma_1") * (context @ at("attn.proj.weight").T + at("attn.proj.bias"))
        y = norm(x, at("norm2.weight"), at("norm2.bias"))
        y = gelu(y @ at("mlp.fc1.weight").T + at("mlp.fc1.bias"))
        x = x + at("gamma_2") * (y @ at("mlp.fc2.weight").T + at("mlp.fc2.bias"))
    return found


def rollout(probs):
    """Product of the blocks up to each, [blocks, T, T]."""
    rolled, found = np.eye(N + 1), []
    for each in probs:
        rolled = (each.mean(0) + np.eye(N + 1)) / 2 @ rolled
        found.append(rolled)
    return np.stack(found)


stored = weights()
images = normal(IMAGES, 3, ROWS * PATCH, COLS * PATCH)
double = {name: value.astype(np.float64) for name, value in stored.items()}
probs = [attention(double, image.astype(np.float64)) for image in images]
arrays = {
    "images": images,
    "attention": np.stack([np.stack(each)[:, :, 0, 1:] for each in probs]),
    "rollout": np.stack([rollout(each)[:, 0, 1:] for each in probs]),
}
arrays |= {f"network.{name}": value for name, value in stored.items()}
save_file({name: np.ascontiguousarray(value, np.float32) for name, value in arrays.items()}, sys.argv[1])
