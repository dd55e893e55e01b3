"""EER and true match rates of an experiment's embeddings, by pyeer and by counting every pair."""
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
from pyeer.eer_stats import calculate_roc, calculate_roc_auc, get_decidability_value, get_eer_values

shards, root, rates = Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3])
vectors = {}
for table in shards.glob("*.jsonl"):
    matrix = np.load(table.with_suffix(".npy"))
    for line in table.read_text().splitlines()[1:]:
        row = json.loads(line)
        if "row" in row:
            vectors[row["hash"]] = matrix[row["row"]].astype(np.float64)

known = {}
for line in (root / "identity_CelebA.txt").read_text().split("\n"):
    if line.strip():
        image, identity = line.split()
        content = hashlib.sha256((root / "images" / image).read_bytes()).hexdigest()
        if content in vectors:
            known[content] = identity

contents = sorted(known)
people = np.array([known[content] for content in contents])
matrix = np.stack([vectors[content] for content in contents])
genuine, impostor = [], []
for n in range(len(contents)):
    distances = np.square(matrix[n + 1 :] - matrix[n]).sum(axis=1)
    same = people[n + 1 :] == people[n]
    genuine.append(distances[same])
    impostor.append(distances[~same])
genuine, impostor = np.sort(np.concatenate(genuine)), np.sort(np.concatenate(impostor))
candidates = np.unique(np.concatenate([genuine, impostor]))
fmr = np.searchsorted(impostor, candidates, side="right") / len(impostor)
tmr = np.searchsorted(genuine, candidates, side="right") / len(genuine)
at = []
for rate in rates:
    n = np.flatnonzero(fmr <= rate)[-1]
    at.append({"threshold": candidates[n], "actualFmr": fmr[n], "tmr": tmr[n]})

_, pyeer_fmr, pyeer_fnmr = calculate_roc(genuine, impostor, ds_scores=True)
print(
    json.dumps(
        {
            "genuine": len(genuine),
            "impostor": len(impostor),
            "eer": get_eer_values(pyeer_fmr, pyeer_fnmr)[-1],
            "auc": calculate_roc_auc(pyeer_fmr, pyeer_fnmr),
            "dPrime": get_decidability_value(genuine.mean(), genuine.std(), impostor.mean(), impostor.std()),
            "at": at,
            "curve": {"fmr": fmr.tolist(), "tmr": tmr.tolist()},
        }
    )
)
