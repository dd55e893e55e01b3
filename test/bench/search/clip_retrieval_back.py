"""Starts clip-retrieval's own server, at 127.0.0.1, over an exact index of a folder's embeddings.

    clip_retrieval_back.py FOLDER NAME PORT

FOLDER has `img_emb` and `metadata`, as `clip-retrieval inference` writes them. Nothing is asked by words or by an image: in
place of PyTorch, and of what loads a CLIP model, stands what is never called. Everything else is the package's own.
"""

import functools
import glob
import importlib.metadata
import importlib.util
import json
import os
import sys
import types

import faiss
import flask
import numpy

folder, name, port = sys.argv[1], sys.argv[2], int(sys.argv[3])


def put(name, **members):
    module = types.ModuleType(name)
    module.__dict__.update(members)
    sys.modules[name] = module


# What the package imports by itself includes all that computes embeddings: gigabytes that a server does not use.
put("clip_retrieval", __path__=list(importlib.util.find_spec("clip_retrieval").submodule_search_locations))
put("torch", cuda=types.SimpleNamespace(is_available=lambda: False))
put("all_clip", load_clip=lambda *_, **__: (None, None, None))
from clip_retrieval.clip_back import clip_back  # noqa: E402

vectors = numpy.load(glob.glob(os.path.join(folder, "img_emb", "*.npy"))[0]).astype("float32")
index = faiss.IndexFlatIP(vectors.shape[1])
index.add(vectors)
faiss.write_index(index, os.path.join(folder, "image.index"))
del index, vectors

indices = os.path.join(folder, "indices.json")
with open(indices, "w", encoding="utf-8") as file:
    json.dump({name: folder}, file)

# It listens at every address of the machine, which nobody here needs.
run = flask.Flask.run
flask.Flask.run = functools.wraps(run)(lambda app, host=None, **options: run(app, host="127.0.0.1", **options))
print(json.dumps({"faiss": faiss.__version__, "flask": importlib.metadata.version("flask")}), flush=True)
clip_back(indices, port=port, enable_mclip_option=False, provide_aesthetic_embeddings=False)
