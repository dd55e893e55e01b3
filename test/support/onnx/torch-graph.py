"""The gradient of a network's squared distance from a vector, by PyTorch in double precision.

torch-graph.py FOLDER: FOLDER holds graph.json (the nodes in order, the input's and the output's names), initializers, the
image and the target as .npy. Writes FOLDER/gradient.npy and prints the loss as JSON. Knows Conv, PRelu, Add and Reshape.
"""

import json
import sys
from pathlib import Path

import numpy
import torch
import torch.nn.functional as F

folder = Path(sys.argv[1])
graph = json.loads((folder / "graph.json").read_text(encoding="utf-8"))


def load(file):
    array = numpy.load(folder / file)
    return torch.from_numpy(array if array.dtype == numpy.int32 else array.astype(numpy.float64))


def conv(x, weights, bias=None, *, strides=(1, 1), pads=(0, 0, 0, 0), group=1, dilations=(1, 1), **_):
    top, left, bottom, right = pads
    return F.conv2d(F.pad(x, (left, right, top, bottom)), weights, bias, strides, 0, dilations, group)


def prelu(x, slope, **_):
    return torch.where(x >= 0, x, slope * x)


OPERATORS = {
    "Conv": conv,
    "PRelu": prelu,
    "Add": lambda x, y, **_: x + y,
    "Reshape": lambda x, shape, **_: x.reshape(shape.tolist()),
}

values = {name: load(file) for name, file in graph["initializers"].items()}
image = load("image.npy").requires_grad_()
values[graph["input"]] = image
for node in graph["nodes"]:
    inputs = [values[name] for name in node["inputs"]]
    values[node["output"]] = OPERATORS[node["operator"]](*inputs, **node["attributes"])
loss = ((values[graph["output"]] - load("target.npy")) ** 2).sum()
loss.backward()
numpy.save(folder / "gradient.npy", image.grad.float().numpy())
print(json.dumps({"loss": loss.item(), "version": torch.__version__}))
