"""Drawn portraits and their attributes, as `draw.ts` leaves them in a folder."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from captions import NAMES
from networks import SIDE
from torch import Tensor

MEAN = torch.tensor([0.48145466, 0.4578275, 0.40821073]).view(1, 3, 1, 1)
STD = torch.tensor([0.26862954, 0.26130258, 0.27577711]).view(1, 3, 1, 1)


@dataclass
class Portraits:
    """`pixels` [n, 3, 96, 96] of bytes and `attributes` [n, names] of 1 and -1."""

    pixels: Tensor
    attributes: Tensor

    def __len__(self) -> int:
        return len(self.pixels)

    def claims(self, n: int) -> dict[str, bool]:
        return {name: bool(value > 0) for name, value in zip(NAMES, self.attributes[n], strict=True)}


def read_portraits(folder: Path) -> Portraits:
    parts = sorted(folder.glob("pixels-*.u8"), key=lambda part: int(part.stem.split("-")[1]))
    pixels = np.concatenate([np.fromfile(part, np.uint8) for part in parts]).reshape(-1, SIDE, SIDE, 3)
    labels = [label for part in parts for label in json.loads(_labels_of(part).read_text())]
    values = torch.tensor([[1 if label[name] else -1 for name in NAMES] for label in labels])
    return Portraits(torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous(), values)


def _labels_of(part: Path) -> Path:
    return part.with_name(part.name.replace("pixels", "labels")).with_suffix(".json")


def scaled(pixels: Tensor) -> Tensor:
    return (pixels.float() / 255 - MEAN) / STD


_MIRRORED = [("Turned_Left", "Turned_Right"), ("Light_From_Left", "Light_From_Right")]


def varied(pixels: Tensor, attributes: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Mirrors half of the portraits, moves all by up to 4 pixels, and changes brightness and contrast a little."""
    mirror = torch.rand(len(pixels), generator=generator) < 0.5
    pixels = torch.where(mirror[:, None, None, None], pixels.flip(-1), pixels)
    order = torch.arange(len(NAMES))
    for left, right in _MIRRORED:
        a, b = NAMES.index(left), NAMES.index(right)
        order[a], order[b] = b, a
    attributes = torch.where(mirror[:, None], attributes[:, order], attributes)
    down, right = torch.randint(-4, 5, (2,), generator=generator).tolist()
    moved = torch.roll(pixels, (down, right), (-2, -1)).float() / 255
    contrast = 1 + 0.2 * (torch.rand(len(pixels), 1, 1, 1, generator=generator) - 0.5)
    brightness = 0.1 * (torch.rand(len(pixels), 1, 1, 1, generator=generator) - 0.5)
    return ((moved * contrast + brightness).clamp(0, 1) - MEAN) / STD, attributes
