"""Values that engine/insight/map/layout.test.ts compares with.

    python bench/interop/map_cases.py

needs umap-learn and scikit-learn.
"""

import numpy as np
from sklearn.manifold import trustworthiness
from umap.umap_ import fuzzy_simplicial_set

rows = np.array([[1, 0], [0.8, 0.6], [0.6, 0.8], [0, 1], [-0.6, 0.8], [-1, 0], [-0.8, -0.6]])
places = np.array([[0, 0], [1, 0.5], [5, 0], [3, 1], [4, 0], [2, 2], [6, 1]])
print("trustworthiness", trustworthiness(rows, places, n_neighbors=2, metric="cosine"))

indices = np.array([[0, 1, 2], [1, 0, 2], [2, 1, 3], [3, 2, 1]])
distances = np.array([[0, 0.1, 0.4], [0, 0.1, 0.35], [0, 0.35, 0.5], [0, 0.5, 0.9]], np.float32)
graph = fuzzy_simplicial_set(
    np.zeros((4, 2)),
    3,
    np.random.RandomState(0),
    "euclidean",
    knn_indices=indices,
    knn_dists=distances,
)[0].tocoo()
for row, column, weight in zip(graph.row, graph.col, graph.data):
    if row < column:
        print(row, column, weight)
