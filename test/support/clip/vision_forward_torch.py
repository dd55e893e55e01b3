"""CLIP's image encoder of PyTorch's own modules: a folder of raw float32 weights and shape.json, to embedding.raw."""
import json
import pathlib
import sys

import numpy as np
import torch
from torch import nn

folder = pathlib.Path(sys.argv[1])
shape = json.loads((folder / "shape.json").read_text())
width, heads, mlp, patch, size = (shape[key] for key in ("width", "heads", "mlp", "patch", "size"))


def weights(name, *dimensions):
    return torch.from_numpy(np.fromfile(folder / f"{name}.raw", "<f4")).reshape(dimensions)


def normalisation(name):
    module = nn.LayerNorm(width, eps=1e-5)
    module.load_state_dict({"weight": weights(f"{name}.scale", width), "bias": weights(f"{name}.shift", width)})
    return module


def linear(name, inputs, outputs):
    module = nn.Linear(inputs, outputs)
    state = {"weight": weights(name, inputs, outputs).T, "bias": weights(f"{name}.bias", outputs)}
    module.load_state_dict(state)
    return module


def attention(name):
    module = nn.MultiheadAttention(width, heads, batch_first=True)
    parts = [linear(f"{name}.{part}", width, width) for part in ("query", "key", "value")]
    out = linear(f"{name}.out", width, width)
    module.load_state_dict({
        "in_proj_weight": torch.cat([part.weight for part in parts]),
        "in_proj_bias": torch.cat([part.bias for part in parts]),
        "out_proj.weight": out.weight,
        "out_proj.bias": out.bias,
    })
    return module


class QuickGelu(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(1.702 * x)


class Layer(nn.Module):
    def __init__(self, name):
        super().__init__()
        self.first, self.second = normalisation(f"{name}.first"), normalisation(f"{name}.second")
        self.attention = attention(name)
        activation = QuickGelu() if shape["activation"] == "quick-gelu" else nn.GELU()
        self.mlp = nn.Sequential(linear(f"{name}.up", width, mlp), activation, linear(f"{name}.down", mlp, width))

    def forward(self, x):
        inner = self.first(x)
        x = x + self.attention(inner, inner, inner, need_weights=False)[0]
        return x + self.mlp(self.second(x))


with torch.inference_mode():
    image = weights("image", 1, 3, size, size)
    patches = nn.functional.conv2d(image, weights("patch", width, 3, patch, patch), stride=patch)
    x = torch.cat([weights("class", 1, 1, width), patches.flatten(2).transpose(1, 2)], dim=1)
    x = normalisation("before")(x + weights("positions", x.shape[1], width))
    for n in range(shape["layers"]):
        x = Layer(str(n))(x)
    embedding = normalisation("after")(x[:, 0]) @ weights("projection", width, shape["dimension"])
embedding.numpy().astype("<f4").tofile(folder / "embedding.raw")
