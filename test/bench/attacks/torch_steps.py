"""Steps of Fawkes or LowKey on face-recognition's network in PyTorch: the objectives of ours, written for PyTorch.

torch_steps.py FOLDER ATTACK STEPS THREADS

FOLDER holds what a step of ours is given, and the network's weights, as .npy files. Printed are PyTorch's version, the loss
of that step in double precision, whose gradient goes to FOLDER/gradient.npy, and the seconds that STEPS further steps take
in single precision.
"""

import json
import sys
import time
from pathlib import Path

import numpy
import torch
import torch.nn.functional as F

# Of dlib's network: how many blocks of each width, and whether the first of them halves the square.
STAGES = [(32, False, 3), (64, True, 3), (128, True, 2), (256, True, 2), (256, True, 0)]
RECOGNITION_MEAN = [122.782, 117.001, 104.298]
TANH_RANGE, LARGEST_CHANGE, PENALTY, BUDGET = 2 - 1e-6, 15, 1e6, 0.012
LARGEST_WEIGHT = 129
DSSIM_WEIGHT, SIGN_STEP = 2, 0.0025 * 255
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


class Recognition:
    """[batch, 3, 150, 150] of 0–255 to [batch, 128]."""

    def __init__(self, tensors):
        count = sum(name.startswith("weights_") for name in tensors)
        self.mean = torch.tensor(RECOGNITION_MEAN).reshape(1, 3, 1, 1)
        self.layers = [(tensors[f"weights_{n}"], tensors.get(f"bias_{n}")) for n in range(count)]

    def __call__(self, chips):
        layers = iter(self.layers)

        def conv(x, stride=1, padding=0):
            weights, bias = next(layers)
            return F.conv2d(x, weights, bias, stride, padding)

        x = F.max_pool2d(F.relu(conv((chips - self.mean) / 255, 2)), 3, 2)
        for width, down, blocks in STAGES:
            if down:
                convolved = conv(F.relu(conv(x, 2)), padding=1)
                shortcut = F.avg_pool2d(x, 2)
                side = max(convolved.shape[2], shortcut.shape[2])
                x = F.relu(padded(convolved, width, side) + padded(shortcut, width, side))
            for _ in range(blocks):
                x = F.relu(x + conv(F.relu(conv(x, padding=1)), padding=1))
        return conv(F.adaptive_avg_pool2d(x, 1)).flatten(1)


def padded(x, width, side):
    rest = side - x.shape[2]
    return F.pad(x, (0, rest, 0, rest, 0, width - x.shape[1]))


def unit(rows):
    return F.normalize(rows, dim=1, eps=1e-12)


def gaussian(x, size, sigma):
    """Averages over the windows that lie in the image whole, each channel by itself."""
    weights = torch.exp(-((torch.arange(size) - (size - 1) / 2) ** 2) / (2 * sigma**2))
    weights = weights / weights.sum()
    alone = x.reshape(-1, 1, *x.shape[2:])
    blurred = F.conv2d(F.conv2d(alone, weights.reshape(1, 1, -1, 1)), weights.reshape(1, 1, 1, -1))
    return blurred.reshape(*x.shape[:2], *blurred.shape[2:])


def similarity(given, x, y):
    """SSIM of each window; of x the windows' means and variances are given."""
    mean_y, square_y, product = gaussian(torch.cat([y, y * y, x * y], 1), 11, 1.5).chunk(3, 1)
    both, square_of_mean = given["mean"] * mean_y, mean_y * mean_y
    luminance = (2 * both + C1) / (given["mean"] ** 2 + square_of_mean + C1)
    return luminance * (2 * (product - both) + C2) / (given["variance"] + square_y - square_of_mean + C2)


class Fawkes:
    def __init__(self, given, network):
        self.given, self.network = given, network
        self.variable = given["modifier"].requires_grad_()
        self.optimiser = torch.optim.Adadelta([self.variable], lr=20, rho=0.95, eps=1e-7)
        self.weights = given["c"].clone()
        self.sides = torch.zeros_like(self.weights)
        self.best = torch.zeros_like(self.variable)
        self.furthest = torch.zeros_like(self.weights)

    def loss(self):
        given = self.given
        pixels = 255 * (torch.tanh(given["start"] + self.variable) / TANH_RANGE + 0.5)
        self.change = given["mask"] * torch.clamp(pixels - given["crop"], -LARGEST_CHANGE, LARGEST_CHANGE)
        exact = given["crop"] + self.change
        rounded = exact + (torch.clamp(torch.round(exact), 0, 255) - exact).detach()
        alike = similarity(given, given["crop"], rounded)
        self.dssim = (1 - (given["weight"] * alike).sum((1, 2, 3))) / 2
        chips = given["chip_0"] + F.grid_sample(self.change, given["grid_0"], align_corners=False)
        self.distance = ((unit(self.network(chips)) - given["features_0"]) ** 2).sum(1)
        beyond = torch.clamp(self.dssim - BUDGET, min=0)
        return (PENALTY * beyond**2 - self.weights * self.distance).sum()

    @torch.no_grad()
    def move(self):
        better = (self.dssim <= 1.1 * BUDGET) & (self.distance > self.furthest)
        self.best = torch.where(better[:, None, None, None], self.change, self.best)
        self.furthest = torch.where(better, self.distance, self.furthest)
        low = (self.dssim <= 0.9 * BUDGET) & (self.weights <= LARGEST_WEIGHT)
        high = (self.dssim >= 1.1 * BUDGET) & (self.weights >= 1 / LARGEST_WEIGHT)
        sides = low.float() - high.float()
        turned = (sides == 0) | (self.sides == -sides)
        self.weights = torch.where(turned, torch.ones_like(self.weights), self.weights * 2.0**sides)
        self.sides = sides
        self.optimiser.step()


class LowKey:
    def __init__(self, given, network):
        self.given, self.network = given, network
        self.variable = given["change"].requires_grad_()

    def loss(self):
        given = self.given
        perturbed = given["region"] + self.variable
        views = [perturbed, gaussian(F.pad(perturbed, (3, 3, 3, 3), mode="reflect"), 7, 3)]
        by = int(given["by"])
        averaged = [F.avg_pool2d(view, by) if by > 1 else view for view in views]
        chips = torch.cat([F.grid_sample(view, given["grid_0"], align_corners=False) for view in averaged])
        features = self.network(torch.cat([chips, chips.flip(3)]))
        distance = ((unit(features[:2] + features[2:]) - given["features_0"]) ** 2).sum(1).mean()
        dssim = (1 - similarity(given, given["region"], perturbed).mean()) / 2
        return DSSIM_WEIGHT * given["faces"] * dssim - distance

    @torch.no_grad()
    def move(self):
        self.variable -= SIGN_STEP * torch.sign(self.variable.grad)


def step(attack):
    attack.variable.grad = None
    loss = attack.loss()
    loss.backward()
    return loss


def attack_in(precision):
    torch.set_default_dtype(precision)
    tensors = {file.stem: torch.from_numpy(numpy.load(file)).to(precision) for file in folder.glob("*.npy")}
    return {"fawkes": Fawkes, "lowkey": LowKey}[sys.argv[2]](tensors, Recognition(tensors))


folder, steps = Path(sys.argv[1]), int(sys.argv[3])
torch.set_num_threads(int(sys.argv[4]))
exact = attack_in(torch.float64)
loss = step(exact).item()
numpy.save(folder / "gradient.npy", exact.variable.grad.float().numpy())
attack = attack_in(torch.float32)
step(attack)
# The first steps are slower than the others.
for _ in range(3):
    attack.move()
    step(attack)
started = time.perf_counter()
for _ in range(steps):
    attack.move()
    step(attack)
print(json.dumps({"version": torch.__version__, "loss": loss, "seconds": time.perf_counter() - started}))
