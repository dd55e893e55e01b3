"""Percentiles over draws of identities, in NumPy: of rates, as JSON.

argv[1] is a JSON file: {"cases": [{"count": [...], "of": [...], "draws": [[...], ...]}, ...]}.
"""

import json
import sys

import numpy as np

with open(sys.argv[1]) as file:
    cases = json.load(file)["cases"]

intervals = []
for case in cases:
    draws = np.asarray(case["draws"])
    count, of = np.asarray(case["count"]), np.asarray(case["of"])
    rates = count[draws].sum(axis=1) / of[draws].sum(axis=1)
    intervals.append(np.percentile(rates, [2.5, 97.5]).tolist())
print(json.dumps(intervals))
