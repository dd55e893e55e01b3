"""The picture named first, as CLIP's preprocessing has it before scaling: 224 x 224 RGB bytes, to the file named second."""
import sys

from PIL import Image

SIZE = 224
image = Image.open(sys.argv[1]).convert("RGB")
shorter = min(image.size)
image = image.resize(tuple(int(SIZE * side / shorter) for side in image.size), Image.BICUBIC)
left, top = (int(round((side - SIZE) / 2.0)) for side in image.size)
with open(sys.argv[2], "wb") as file:
    file.write(image.crop((left, top, left + SIZE, top + SIZE)).tobytes())
