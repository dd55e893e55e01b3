"""Trains an image and a text encoder on drawn portraits and their captions, and prints what they can.

Captions that are true of a portrait are drawn near it, all others away from it. Which are true is known from the
attributes: a caption of another portrait that happens to fit counts as right, not as wrong. Beside that, portraits and
captions are drawn to one direction an attribute, which both encoders share: it saves most of the steps that they would
take to agree.
"""

import argparse
import json
import time
from pathlib import Path
from random import Random

import torch
from captions import NAMES, PHRASES, caption, some_claims
from networks import CONTEXT, DIMENSION, ImageEncoder, TextEncoder
from portraits import Portraits, read_portraits, varied
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, log_softmax, normalize
from validate import validate
from words import train_tokenizer

BATCH = 96
CAPTIONS = 128
QUESTIONS = 12
# How steeply a cosine with an attribute's direction becomes a chance.
STEEPNESS = 10.0


def encode(tokenizer: Tokenizer, texts: list[str]) -> tuple[Tensor, Tensor]:
    rows = [tokenizer.encode(text).ids[:CONTEXT] for text in texts]
    lengths = torch.tensor([len(row) for row in rows])
    ids = torch.zeros(len(rows), int(lengths.max()), dtype=torch.long)
    for n, row in enumerate(rows):
        ids[n, : len(row)] = torch.tensor(row)
    return ids, lengths


def claimed(all_claims: list[dict[str, bool]]) -> Tensor:
    """[captions, names]: 1 or -1 where a caption says so, 0 where it says nothing."""
    table = torch.zeros(len(all_claims), len(NAMES))
    for n, claims in enumerate(all_claims):
        for name, value in claims.items():
            table[n, NAMES.index(name)] = 1 if value else -1
    return table


def agrees(attributes: Tensor, claims: Tensor) -> Tensor:
    """[portraits, captions]: whether nothing that a caption says is false of a portrait."""
    said = claims.abs().sum(1)
    return (attributes.float() @ claims.T) == said[None, :]


class Learner:
    def __init__(self, tokenizer: Tokenizer, seed: int, attributes: Tensor) -> None:
        torch.manual_seed(seed)
        self.tokenizer = tokenizer
        has = (attributes > 0).float().mean(0)
        self.rarity = ((1 - has) / has).clamp(0.2, 8)
        self.random = Random(seed)
        self.generator = torch.Generator().manual_seed(seed)
        self.images = ImageEncoder()
        self.texts = TextEncoder(tokenizer.get_vocab_size())
        self.directions = torch.nn.Parameter(torch.randn(len(NAMES), DIMENSION))
        self.log_scale = torch.nn.Parameter(torch.tensor(2.3))
        self.bias = torch.nn.Parameter(torch.tensor(-3.0))

    def parameters(self) -> list[torch.nn.Parameter]:
        return [*self.images.parameters(), *self.texts.parameters(), self.directions, self.log_scale, self.bias]

    def embed_texts(self, texts: list[str]) -> Tensor:
        return normalize(self.texts(*encode(self.tokenizer, texts)), dim=1)

    def loss(self, pixels: Tensor, attributes: Tensor) -> Tensor:
        views, attributes = varied(pixels, attributes, self.generator)
        embeddings = normalize(self.images(views), dim=1)
        return (
            self._captions(embeddings, attributes)
            + self._questions(embeddings, attributes)
            + self._along_directions(embeddings, attributes)
        )

    def _along_directions(self, embeddings: Tensor, claims: Tensor) -> Tensor:
        """Whatever is claimed lies along its direction, or against it; what is not claimed, across."""
        along = embeddings @ normalize(self.directions, dim=1).T
        # As many wrong answers of either kind cost the same, however rare an attribute is.
        weights = torch.where(claims > 0, self.rarity, 1.0) * (claims != 0)
        wrong = binary_cross_entropy_with_logits(STEEPNESS * along, (claims > 0).float(), reduction="none")
        across = ((claims == 0) * along**2).mean()
        return 3 * (weights * wrong).sum() / weights.sum() + across

    def _captions(self, embeddings: Tensor, attributes: Tensor) -> Tensor:
        claims = []
        for n in range(CAPTIONS):
            one = {name: bool(value > 0) for name, value in zip(NAMES, attributes[n % len(attributes)], strict=True)}
            claims.append(some_claims(one, self.random, 4 if n % 2 else len(NAMES)))
        texts = self.embed_texts([caption(one, self.random) for one in claims])
        table = claimed(claims)
        fits = agrees(attributes, table)
        logits = self.log_scale.exp() * embeddings @ texts.T
        pairs = binary_cross_entropy_with_logits(logits + self.bias, fits.float())
        chosen = (_choose(logits, fits) + _choose(logits.T, fits.T)) / 2
        return 2 * pairs + chosen + self._along_directions(texts, table)

    def _questions(self, embeddings: Tensor, attributes: Tensor) -> Tensor:
        names = [self.random.choice(NAMES) for _ in range(QUESTIONS)]
        names = [name for name in names if ((name, True) in PHRASES and (name, False) in PHRASES)]
        texts = self.embed_texts([caption({name: says}, self.random) for says in (True, False) for name in names])
        yes, no = texts.chunk(2)
        logits = self.log_scale.exp() * embeddings @ (yes - no).T
        right = attributes[:, [NAMES.index(name) for name in names]] > 0
        return binary_cross_entropy_with_logits(logits, right.float())


def _choose(logits: Tensor, fits: Tensor) -> Tensor:
    """Cross entropy of choosing one that fits, whichever."""
    rows = fits.any(1)
    chances = log_softmax(logits[rows], 1).masked_fill(~fits[rows], -torch.inf)
    return -torch.logsumexp(chances, 1).mean()


def train(learner: Learner, portraits: Portraits, validation: Portraits, epochs: int) -> None:
    steps = len(portraits) // BATCH
    optimizer = torch.optim.AdamW(learner.parameters(), lr=1e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps * epochs, pct_start=0.15)
    for epoch in range(epochs):
        began, total = time.monotonic(), 0.0
        learner.images.train()
        order = torch.randperm(len(portraits), generator=learner.generator)
        for batch in order[: steps * BATCH].view(steps, BATCH):
            loss = learner.loss(portraits.pixels[batch], portraits.attributes[batch])
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(learner.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item()
        figures = validate(learner, validation)
        answers = figures["answers"]
        print(
            f"epoch {epoch + 1}: loss {total / steps:.3f}, {time.monotonic() - began:.0f} s; answers "
            f"{sum(answers.values()) / len(answers):.3f}, caption {figures['captionRecall']:.3f}, "
            f"words {figures['precisionAt10']:.3f}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("portraits", type=Path, help="the folder that draw.ts filled")
    parser.add_argument("out", type=Path, help="where the encoders, the tokenizer and the figures go")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    training = read_portraits(args.portraits / "train")
    random = Random(args.seed)
    said = (
        caption(some_claims(training.claims(random.randrange(len(training))), random, len(NAMES)), random)
        for _ in range(40_000)
    )
    learner = Learner(train_tokenizer(said), args.seed, training.attributes)
    validation = read_portraits(args.portraits / "validation")
    train(learner, training, validation, args.epochs)
    figures = validate(learner, validation)
    args.out.mkdir(parents=True, exist_ok=True)
    learner.tokenizer.save(str(args.out / "tokenizer.json"))
    torch.save({"images": learner.images.state_dict(), "texts": learner.texts.state_dict()}, args.out / "weights.pt")
    (args.out / "figures.json").write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
