"""Searches with faiss's IndexFlatL2 and prints the seconds of the second search: the first warms up."""

import json
import sys
import time

import faiss
import numpy

gallery, queries = numpy.load(sys.argv[1]), numpy.load(sys.argv[2])[: int(sys.argv[3])]
faiss.omp_set_num_threads(int(sys.argv[5]))
index = faiss.IndexFlatL2(gallery.shape[1])
index.add(gallery)
index.search(queries[:64], int(sys.argv[4]))
started = time.perf_counter()
distances, ids = index.search(queries, int(sys.argv[4]))
seconds = time.perf_counter() - started
# Which BLAS is loaded decides about the speed: the reference one is twenty times slower than OpenBLAS.
blas = "OpenBLAS" if "openblas" in open("/proc/self/maps").read() else "not OpenBLAS"
print(json.dumps({"blas": blas, "version": faiss.__version__, "seconds": seconds, "ids": ids.ravel().tolist()}))
