"""The two encoders: convolutions for portraits of 96 × 96 pixels, two layers of attention for words."""

import torch
from torch import Tensor, nn

DIMENSION = 128
SIDE = 96
CONTEXT = 77


def _convolution(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    layer = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
    return nn.Sequential(layer, nn.BatchNorm2d(outputs), nn.ReLU())


class Residual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = _convolution(channels, channels)
        self.second = nn.Sequential(nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.second(self.first(x)))


class ImageEncoder(nn.Module):
    """Portraits [batch, 3, 96, 96], scaled as CLIP's are, to embeddings [batch, 128]."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            _convolution(3, 24, 2),
            _convolution(24, 32, 2),
            _convolution(32, 64, 2),
            Residual(64),
            _convolution(64, 96, 2),
            Residual(96),
            nn.Conv2d(96, 32, 1),
            nn.ReLU(),
            # Where something lies counts, as light from the left does: places are not averaged.
            nn.Flatten(),
        )
        self.embed = nn.Linear(32 * (SIDE // 16) ** 2, DIMENSION)

    def forward(self, pixels: Tensor) -> Tensor:
        return self.embed(self.features(pixels))


class Attention(nn.Module):
    """A layer of a transformer in which every token sees all others."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.before = nn.LayerNorm(width)
        self.query_key_value = nn.Linear(width, 3 * width)
        self.merge = nn.Linear(width, width)
        self.think = nn.Sequential(
            nn.LayerNorm(width), nn.Linear(width, 2 * width), nn.ReLU(), nn.Linear(2 * width, width)
        )

    def forward(self, x: Tensor, hidden: Tensor | None) -> Tensor:
        batch, length, width = x.shape
        split = self.query_key_value(self.before(x)).reshape(batch, length, 3, self.heads, width // self.heads)
        query, key, value = split.permute(2, 0, 3, 1, 4).unbind(0)
        scores = query @ key.transpose(-2, -1) / (width // self.heads) ** 0.5
        if hidden is not None:
            scores = scores.masked_fill(hidden[:, None, None, :], -1e9)
        seen = (torch.softmax(scores, -1) @ value).transpose(1, 2).reshape(batch, length, width)
        x = x + self.merge(seen)
        return x + self.think(x)


class TextEncoder(nn.Module):
    """Tokens [batch, length] to embeddings [batch, 128]; `lengths` where texts are filled up to one length."""

    def __init__(self, vocabulary: int, width: int = 64, heads: int = 4, layers: int = 2) -> None:
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, width)
        self.places = nn.Parameter(torch.randn(CONTEXT, width) * 0.02)
        self.layers = nn.ModuleList(Attention(width, heads) for _ in range(layers))
        self.after = nn.LayerNorm(width)
        self.embed = nn.Linear(width, DIMENSION)

    def forward(self, ids: Tensor, lengths: Tensor | None = None) -> Tensor:
        length = ids.shape[1]
        hidden = None if lengths is None else torch.arange(length)[None, :] >= lengths[:, None]
        x = self.tokens(ids) + self.places[:length]
        for layer in self.layers:
            x = layer(x, hidden)
        last = x[:, -1] if lengths is None else x[torch.arange(len(x)), lengths - 1]
        return self.embed(self.after(last))
