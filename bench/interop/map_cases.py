"""Values that engine/insight/map/layout.test.ts compares with, by the definitions in NumPy.

    python bench/interop/map_cases.py

Trustworthiness is that of scikit-learn with metric="cosine", and the graph that of umap-learn's
fuzzy_simplicial_set with 3 neighbours, the row itself first.
"""

import numpy as np

ROWS = np.array([[1, 0], [0.8, 0.6], [0.6, 0.8], [0, 1], [-0.6, 0.8], [-1, 0], [-0.8, -0.6]])
PLACES = np.array([[0, 0], [1, 0.5], [5, 0], [3, 1], [4, 0], [2, 2], [6, 1]])
INDICES = np.array([[0, 1, 2], [1, 0, 2], [2, 1, 3], [3, 2, 1]])
DISTANCES = np.array([[0, 0.1, 0.4], [0, 0.1, 0.35], [0, 0.35, 0.5], [0, 0.5, 0.9]])


def trustworthiness(rows, places, k):
    n = len(rows)
    by_features = 1 - rows @ rows.T
    by_place = ((places[:, None] - places[None]) ** 2).sum(-1)
    for distances in (by_features, by_place):
        np.fill_diagonal(distances, np.inf)
    order = np.argsort(by_features, axis=1, kind="stable")
    ranks = np.argsort(order, axis=1, kind="stable") + 1
    nearest = np.argsort(by_place, axis=1, kind="stable")[:, :k]
    penalty = sum(max(0, ranks[i, j] - k) for i in range(n) for j in nearest[i])
    return 1 - penalty * 2 / (n * k * (2 * n - 3 * k - 1))


def scale_of(distances, nearest, wanted):
    low, high, scale = 0.0, np.inf, 1.0
    for _ in range(64):
        beyond = distances[1:] - nearest
        total = np.where(beyond > 0, np.exp(-beyond / scale), 1.0).sum()
        if abs(total - wanted) < 1e-5:
            break
        if total > wanted:
            high = scale
            scale = (low + high) / 2
        else:
            low = scale
            scale = scale * 2 if high == np.inf else (low + high) / 2
    return max(scale, 1e-3 * distances.mean())


def graph(indices, distances):
    n, k = indices.shape
    weights = np.zeros((n, n))
    for i in range(n):
        nearest = distances[i][distances[i] > 0][0]
        scale = scale_of(distances[i], nearest, np.log2(k))
        for j in range(1, k):
            beyond = distances[i, j] - nearest
            weights[i, indices[i, j]] = 1.0 if beyond <= 0 else np.exp(-beyond / scale)
    return weights + weights.T - weights * weights.T


print("trustworthiness", trustworthiness(ROWS, PLACES, 2))
joined = graph(INDICES, DISTANCES)
for i, j in zip(*np.nonzero(np.triu(joined))):
    print(i, j, round(float(joined[i, j]), 6))
