"""McNemar's exact p by scipy.stats.binomtest, sign-flip p-values over all signs, and paired percentiles.

argv[1] is a JSON file: {"mcnemar": [[onlyA, onlyB], ...], "flips": [[difference, ...], ...],
"intervals": [{"difference": [...], "of": [...], "draws": [[...], ...]}, ...]}.
"""

import itertools
import json
import sys

import numpy as np
from scipy.stats import binomtest

with open(sys.argv[1]) as file:
    asked = json.load(file)


def mcnemar(only_a, only_b):
    of = only_a + only_b
    return 1.0 if of == 0 else float(binomtest(only_a, of, 0.5).pvalue)


def flipped(differences):
    values = np.asarray(differences)
    signs = np.asarray(list(itertools.product([1, -1], repeat=len(values))))
    return float(np.mean(np.abs(signs @ values) >= abs(values.sum())))


def interval(case):
    draws = np.asarray(case["draws"])
    difference, of = np.asarray(case["difference"]), np.asarray(case["of"])
    return np.percentile(difference[draws].sum(axis=1) / of[draws].sum(axis=1), [2.5, 97.5]).tolist()


print(
    json.dumps(
        {
            "mcnemar": [mcnemar(*pair) for pair in asked["mcnemar"]],
            "flips": [flipped(differences) for differences in asked["flips"]],
            "intervals": [interval(case) for case in asked["intervals"]],
        }
    )
)
