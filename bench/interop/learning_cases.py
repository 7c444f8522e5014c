"""Stored cases of measures of learning, by NumPy and PyTorch alone.

python bench/interop/learning_cases.py > engine/insight/testing/cases.json
"""

import json

import numpy
import torch

generator = numpy.random.default_rng(17)


def numbers(array):
    return [float(f"{value:.9g}") for value in numpy.asarray(array, dtype=numpy.float64).ravel()]


def rank_me(features):
    """RankMe (Garrido et al., ICML 2023), equation 1."""
    values = numpy.linalg.svd(features.astype(numpy.float64), compute_uv=False)
    shares = values / values.sum() + 1e-7
    return float(numpy.exp(-(shares * numpy.log(shares)).sum())), values


def rank_case(name, features):
    features = features.astype(numpy.float32)
    rank, values = rank_me(features)
    scale = numpy.sqrt((features.astype(numpy.float64) ** 2).mean())
    spread = features.astype(numpy.float64).std(axis=0) / scale
    return {
        "name": name,
        "count": features.shape[0],
        "width": features.shape[1],
        "data": numbers(features),
        "singularValues": numbers(values),
        "rank": rank,
        "spread": float(spread.mean()),
        "leastSpread": float(spread.min()),
    }


def attention_case(heads, tokens, width, blocks):
    """Attention of random queries and keys, its entropy, and rollout (Abnar and Zuidema, ACL 2020)."""
    torch.manual_seed(3)
    given, probabilities = [], []
    for _ in range(blocks):
        queries, keys = torch.randn(2, heads, tokens, width, dtype=torch.float64)
        scores = queries @ keys.transpose(-1, -2) / width**0.5
        given.append(scores)
        probabilities.append(scores.softmax(-1))
    entropy = [float(-(p * p.log()).sum(-1).mean()) for p in probabilities]
    rolled = torch.eye(tokens, dtype=torch.float64)
    for p in probabilities:
        layer = (p.mean(0) + torch.eye(tokens, dtype=torch.float64)) / 2
        rolled = layer @ rolled
    return {
        "heads": heads,
        "tokens": tokens,
        "probabilities": [numbers(p) for p in probabilities],
        "entropy": entropy,
        "rollout": numbers(rolled),
    }


low = generator.normal(size=(40, 3)) @ generator.normal(size=(3, 12))
repeated = generator.normal(size=(30, 6))
repeated[:, 4] = -2 * repeated[:, 1]
repeated[:, 5] = 0.75
cases = {
    "ranks": [
        rank_case("more rows than columns", generator.normal(size=(50, 9)) + 0.5),
        rank_case("more columns than rows", generator.normal(size=(7, 20))),
        rank_case("three directions and noise", low + 1e-3 * generator.normal(size=low.shape)),
        rank_case("a copied and a constant column", repeated),
        rank_case("one direction", numpy.ones((10, 1)) @ generator.normal(size=(1, 8))),
    ],
    "attention": attention_case(heads=2, tokens=5, width=4, blocks=3),
}
print(json.dumps(cases, indent=1))
