"""CLIP's image encoder in NumPy: a folder of raw float32 weights and shape.json, to embedding.raw. In double precision."""
import json
import math
import pathlib
import sys

import numpy as np

folder = pathlib.Path(sys.argv[1])
shape = json.loads((folder / "shape.json").read_text())
width, heads, mlp, patch, size = (shape[key] for key in ("width", "heads", "mlp", "patch", "size"))
side = size // patch


def weights(name, *dimensions):
    return np.fromfile(folder / f"{name}.raw", "<f4").reshape(dimensions)


def normalise(name, x):
    mean, variance = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
    return (x - mean) / np.sqrt(variance + 1e-5) * weights(f"{name}.scale", width) + weights(f"{name}.shift", width)


def linear(name, x, outputs):
    return x @ weights(name, x.shape[-1], outputs) + weights(f"{name}.bias", outputs)


def activate(x):
    if shape["activation"] == "quick-gelu":
        return x / (1 + np.exp(-1.702 * x))
    return 0.5 * x * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))


def attend(name, x):
    query, key, value = (
        linear(f"{name}.{part}", x, width).reshape(-1, heads, width // heads).transpose(1, 0, 2)
        for part in ("query", "key", "value")
    )
    scores = query @ key.transpose(0, 2, 1) / math.sqrt(width // heads)
    shares = np.exp(scores - scores.max(-1, keepdims=True))
    merged = (shares / shares.sum(-1, keepdims=True)) @ value
    return linear(f"{name}.out", merged.transpose(1, 0, 2).reshape(-1, width), width)


image = weights("image", 3, side, patch, side, patch).astype("f8")
patches = image.transpose(1, 3, 0, 2, 4).reshape(side * side, -1)
x = np.concatenate([weights("class", 1, width), patches @ weights("patch", width, 3 * patch * patch).T])
x = normalise("before", x + weights("positions", side * side + 1, width))
for layer in map(str, range(shape["layers"])):
    x = x + attend(layer, normalise(f"{layer}.first", x))
    inner = activate(linear(f"{layer}.up", normalise(f"{layer}.second", x), mlp))
    x = x + linear(f"{layer}.down", inner, width)
embedding = normalise("after", x[:1]) @ weights("projection", width, shape["dimension"])
embedding.astype("<f4").tofile(folder / "embedding.raw")
