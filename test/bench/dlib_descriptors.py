"""What face_recognition makes of photographs: python dlib_descriptors.py FOLDER; a line of JSON for each, by name.

Its defaults: the HOG detector on the photograph at twice its size, five landmarks, dlib's network on one chip. The
package face_recognition_models is looked for and not imported, as it imports what newer Pythons no longer bring. Of the
faces of a photograph the largest is described. The seconds are those of the photograph, from its file on.
"""

import importlib.util
import json
import os
import sys
import time

import dlib
import numpy
from PIL import Image

[place] = importlib.util.find_spec("face_recognition_models").submodule_search_locations
models = os.path.join(place, "models")
detector = dlib.get_frontal_face_detector()
landmarks = dlib.shape_predictor(os.path.join(models, "shape_predictor_5_face_landmarks.dat"))
network = dlib.face_recognition_model_v1(os.path.join(models, "dlib_face_recognition_resnet_model_v1.dat"))

folder = sys.argv[1]
for name in sorted(os.listdir(folder)):
    started = time.perf_counter()
    image = numpy.array(Image.open(os.path.join(folder, name)).convert("RGB"))
    faces = detector(image, 1)
    descriptor = None
    if faces:
        largest = max(faces, key=lambda face: face.area())
        descriptor = list(network.compute_face_descriptor(image, landmarks(image, largest), 1))
    seconds = time.perf_counter() - started
    print(json.dumps({"image": name, "descriptor": descriptor, "seconds": seconds}), flush=True)
