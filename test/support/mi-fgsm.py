"""MI-FGSM by its formula (Dong et al., CVPR 2018, equations 6 and 7), projected onto the ball and onto 0–255.

mi-fgsm.py FILE: a JSON object of pixels, change, gradients (of a loss to lower), epsilon, stepSize and momentum; prints the
change after each gradient.
"""

import json
import sys

import numpy

with open(sys.argv[1], encoding="utf-8") as file:
    given = json.load(file)
pixels = numpy.array(given["pixels"])
perturbed = pixels + numpy.array(given["change"])
g = numpy.zeros_like(pixels)
changes = []
for gradient in numpy.array(given["gradients"]):
    g = given["momentum"] * g + gradient / numpy.linalg.norm(gradient, 1)
    perturbed = perturbed - given["stepSize"] * numpy.sign(g)
    perturbed = numpy.clip(perturbed, pixels - given["epsilon"], pixels + given["epsilon"]).clip(0, 255)
    changes.append((perturbed - pixels).tolist())
print(json.dumps(changes))
