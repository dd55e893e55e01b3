"""What the encoders can after an epoch, on portraits that they are not trained on."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import torch
from captions import NAMES, caption
from portraits import Portraits, scaled
from torch import Tensor
from torch.nn.functional import normalize

if TYPE_CHECKING:
    from train import Learner

# Words that a person might search by, and what must be true of a portrait that they find.
SEARCHES = {
    "a bald man": {"Male": True, "Bald": True},
    "a man with glasses": {"Male": True, "Eyeglasses": True},
    "a woman with glasses": {"Male": False, "Eyeglasses": True},
    "a smiling woman": {"Male": False, "Smiling": True},
    "a serious man": {"Male": True, "Smiling": False},
    "a woman with long blond hair": {"Male": False, "Long_Hair": True, "Blond_Hair": True},
    "a woman with long black hair": {"Male": False, "Long_Hair": True, "Black_Hair": True},
    "a man with a beard": {"Male": True, "Full_Beard": True},
    "a man with a moustache": {"Mustache": True},
    "a person with red hair": {"Red_Hair": True},
    "a person with grey hair": {"Gray_Hair": True},
    "a person with dark skin": {"Dark_Skin": True},
    "a person with pale skin and glasses": {"Pale_Skin": True, "Eyeglasses": True},
    "a person with an open mouth": {"Mouth_Slightly_Open": True},
    "a smiling person with glasses": {"Smiling": True, "Eyeglasses": True},
    "a person looking to the left": {"Turned_Left": True},
    "a person looking to the right": {"Turned_Right": True},
    "a portrait lit from the right": {"Light_From_Right": True},
    "a bald man with a beard": {"Bald": True, "Full_Beard": True},
    "a woman with brown hair": {"Male": False, "Brown_Hair": True},
}


@torch.no_grad()
def validate(learner: Learner, portraits: Portraits) -> dict:
    learner.images.eval()
    parts = [learner.images(scaled(part)) for part in portraits.pixels.split(256)]
    embeddings = normalize(torch.cat(parts), dim=1)
    return {
        "answers": _answers(learner, embeddings, portraits),
        "captionRecall": _caption_recall(learner, embeddings, portraits),
        "precisionAt10": _precision(learner, embeddings, portraits),
    }


def _answers(learner: Learner, embeddings: Tensor, portraits: Portraits) -> dict[str, float]:
    """Balanced accuracy by attribute: always the same answer gives 0.5."""
    figures = {}
    for name in NAMES:
        random = Random(name)
        yes, no = learner.embed_texts([caption({name: says}, random) for says in (True, False)])
        said = embeddings @ (yes - no) > 0
        has = portraits.attributes[:, NAMES.index(name)] > 0
        figures[name] = ((said[has].float().mean() + (~said[~has]).float().mean()) / 2).item()
    return figures


def _caption_recall(learner: Learner, embeddings: Tensor, portraits: Portraits) -> float:
    """How often a portrait's own full caption is the nearest of a hundred."""
    random, found, asked = Random(0), 0, 0
    order = torch.randperm(len(portraits), generator=torch.Generator().manual_seed(0))
    for hundred in order.split(100):
        if len(hundred) < 100:
            break
        texts = learner.embed_texts([caption(portraits.claims(int(n)), random) for n in hundred])
        nearest = (embeddings[hundred] @ texts.T).argmax(1)
        found += int((nearest == torch.arange(100)).sum())
        asked += 100
    return found / asked


def _precision(learner: Learner, embeddings: Tensor, portraits: Portraits) -> float:
    rates = []
    for words, wanted in SEARCHES.items():
        nearest = (embeddings @ learner.embed_texts([words])[0]).topk(10).indices
        fits = torch.ones(10, dtype=torch.bool)
        for name, value in wanted.items():
            fits &= (portraits.attributes[nearest, NAMES.index(name)] > 0) == value
        rates.append(fits.float().mean().item())
    return sum(rates) / len(rates)
