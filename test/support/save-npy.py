"""Saves one matrix by numpy in each version of the format and both precisions, and prints it as JSON: FOLDER."""
import json
import os
import sys

import numpy

matrix = numpy.random.default_rng(7).standard_normal((37, 5))
for version in (1, 2, 3):
    for kind in ("<f2", "<f4"):
        with open(os.path.join(sys.argv[1], f"{kind[1:]}-{version}.npy"), "wb") as file:
            numpy.lib.format.write_array(file, matrix.astype(kind), version=(version, 0))
json.dump({kind: matrix.astype(kind).astype("f8").ravel().tolist() for kind in ("f2", "f4")}, sys.stdout)
