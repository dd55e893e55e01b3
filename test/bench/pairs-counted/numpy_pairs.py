"""Impostor distances of all pairs in NumPy: blocks of matrix products, counted in a million bins."""
import json
import sys
import time

import numpy as np

BLOCK, BINS = 4096, 1 << 20
file, rows, dimension, each, most = sys.argv[1], *map(int, sys.argv[2:6])
rates = json.loads(sys.argv[6])
vectors = np.fromfile(file, dtype=np.float32).reshape(rows, dimension)
people = np.arange(rows) // each
blocks = [(i, j) for i in range(0, rows, BLOCK) for j in range(i, rows, BLOCK)]
# Those that are timed are spread over all.
timed = blocks[:: max(1, len(blocks) // most)][:most]
pairs = 0
started, used = time.perf_counter(), time.process_time()
squared = np.einsum("ij,ij->i", vectors, vectors)
counts = np.zeros(BINS, dtype=np.int64)
scale = np.float32((BINS - 1) / 4)
for i, j in timed:
    distances = vectors[i : i + BLOCK] @ vectors[j : j + BLOCK].T
    distances *= -2
    distances += squared[i : i + BLOCK, None]
    distances += squared[None, j : j + BLOCK]
    np.clip(distances, 0, 4, out=distances)
    if i == j:
        upper = np.triu(people[i : i + BLOCK, None] != people[None, j : j + BLOCK], 1)
        distances = distances[upper]
    elif people[min(i + BLOCK, rows) - 1] == people[j]:
        distances = distances[people[i : i + BLOCK, None] != people[None, j : j + BLOCK]]
    pairs += distances.size
    counts += np.bincount((distances * scale).astype(np.int32).ravel(), minlength=BINS)
seconds, cpu = time.perf_counter() - started, time.process_time() - used
below = np.cumsum(counts)
at = [float(np.searchsorted(below, rate * pairs, side="right") / scale) for rate in rates]
print(json.dumps({"seconds": seconds, "cpu": cpu, "pairs": int(pairs), "at": at, "blocks": len(blocks), "timed": len(timed), "numpy": np.__version__}))
