"""Searches with one of faiss's exact indices: for each line `count k` of standard input a line of JSON, with the seconds.

    faiss_search.py GALLERY QUERIES THREADS INDEX

INDEX is `IndexFlatL2`, or `IndexFlatL2Panorama` behind the rotation by principal components that its authors put before it.
"""

import json
import sys
import time

import faiss
import numpy

gallery, queries = numpy.load(sys.argv[1]), numpy.load(sys.argv[2])
faiss.omp_set_num_threads(int(sys.argv[3]))
dimension = gallery.shape[1]
if sys.argv[4] == "IndexFlatL2":
    index = faiss.IndexFlatL2(dimension)
else:
    rotation = faiss.PCAMatrix(dimension, dimension)
    index = faiss.IndexPreTransform(rotation, faiss.IndexFlatL2Panorama(dimension, 8))
    index.train(gallery[:20_000])
index.add(gallery)
index.search(queries[:64], 6)
# Which BLAS is loaded decides about the speed: the reference one is twenty times slower than OpenBLAS.
blas = "OpenBLAS" if "openblas" in open("/proc/self/maps").read() else "not OpenBLAS"
print(json.dumps({"version": faiss.__version__, "blas": blas, "options": faiss.get_compile_options()}), flush=True)
for line in sys.stdin:
    count, k = map(int, line.split())
    started = time.perf_counter()
    _, ids = index.search(queries[:count], k)
    seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "ids": ids.ravel().tolist()}), flush=True)
