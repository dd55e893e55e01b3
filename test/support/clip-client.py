"""Asks a server as clip-retrieval's client does, by the standard library alone: ADDRESS INDEX IMAGE."""
import base64
import json
import sys
import urllib.request

address, index, image = sys.argv[1:]
with open(image, "rb") as file:
    encoded = base64.b64encode(file.read()).decode("utf-8")
question = {
    "text": None,
    "image": encoded,
    "image_url": None,
    "embedding_input": None,
    "deduplicate": True,
    "use_safety_model": True,
    "use_violence_detector": True,
    "indice_name": index,
    "use_mclip": False,
    "aesthetic_score": 9,
    "aesthetic_weight": 0.5,
    "modality": "image",
    "num_images": 3,
    "num_result_ids": 3,
}
without_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
with without_proxy.open(address, data=json.dumps(question).encode()) as answer:
    results = json.load(answer)
json.dump([[result["id"], result["image_path"]] for result in results], sys.stdout)
