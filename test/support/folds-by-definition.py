"""Accuracy over folds by LFW's protocol: thresholds by scikit-learn's ROC curve, statistics by NumPy."""
import json
import sys

import numpy as np
from sklearn.metrics import accuracy_score, roc_curve

pairs = json.loads(open(sys.argv[1]).read())
distances = np.array(pairs["distances"])
same = np.array(pairs["same"])
fold = np.array(pairs["fold"])
accuracies, thresholds = [], []
for held_out in range(pairs["folds"]):
    others = fold != held_out
    genuine = same[others].sum()
    impostor = others.sum() - genuine
    # Scores are distances below 0: the first threshold, at which nothing matches, is no distance.
    fmr, tmr, scores = roc_curve(same[others], -distances[others], drop_intermediate=False)
    right = tmr * genuine + (1 - fmr) * impostor
    best = 1 + int(np.argmax(np.round(right[1:])))
    thresholds.append(-scores[best])
    own = fold == held_out
    accuracies.append(accuracy_score(same[own], distances[own] <= -scores[best]))
print(
    json.dumps(
        {
            "accuracy": np.mean(accuracies),
            "standardError": np.std(accuracies, ddof=1) / np.sqrt(len(accuracies)),
            "accuracies": accuracies,
            "thresholds": thresholds,
        }
    )
)
