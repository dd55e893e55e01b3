"""Protection rates of generated galleries by scikit-learn, as JSON: by logistic regression at two tolerances, and by 1-NN.

argv[1] is a JSON file: a list of [gallery, tests, perturbed], each {"data", "dimension", "identities"}.
"""

import json
import sys

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def read(part):
    data = np.asarray(part["data"]).reshape(-1, part["dimension"])
    return data, np.asarray(part["identities"])


def protection(classifier, gallery, tests, perturbed):
    errors = []
    for person in np.unique(perturbed[1]):
        others, own = gallery[1] != person, perturbed[1] == person
        vectors = np.concatenate([gallery[0][others], perturbed[0][own]])
        identities = np.concatenate([gallery[1][others], perturbed[1][own]])
        asked = tests[0][tests[1] == person]
        found = classifier().fit(vectors, identities).predict(asked)
        errors.append(np.mean(found != person))
    return float(np.mean(errors))


def linear(tolerance):
    return lambda: make_pipeline(StandardScaler(), LogisticRegression(tol=tolerance, max_iter=10_000))


answers = []
with open(sys.argv[1]) as file:
    for case in json.load(file):
        parts = [read(part) for part in case]
        answers.append(
            {
                "linear": protection(linear(1e-8), *parts),
                "loose": protection(linear(1e-4), *parts),
                "nn": protection(lambda: KNeighborsClassifier(1, algorithm="brute"), *parts),
            }
        )
print(json.dumps(answers))
