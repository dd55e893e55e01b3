"""Writes trained encoders as ONNX files, in the layout of CLIP's exporters."""

import argparse
import hashlib
import json
import re
from pathlib import Path

import onnx
import torch
from captions import ADJECTIVES, OPENINGS, PEOPLE, PHRASES
from networks import SIDE, ImageEncoder, TextEncoder
from tokenizers import Tokenizer
from torch import nn


def folded(module: nn.Module) -> nn.Module:
    """The same network with every normalisation of a batch inside of the convolution before it."""
    for name, child in module.named_children():
        if isinstance(child, nn.Sequential) and len(child) > 1 and isinstance(child[1], nn.BatchNorm2d):
            fused = torch.nn.utils.fusion.fuse_conv_bn_eval(child[0], child[1])
            setattr(module, name, nn.Sequential(fused, *list(child)[2:]))
        else:
            folded(child)
    return module


# Who answers less than so many questions of two rightly does not know what they are about.
TOLD = 0.75


def known_words(answers: dict[str, float]) -> list[str]:
    """Every word of a caption, but those that are said only of what the images do not tell it."""
    forms = [forms for (name, _), forms in [*ADJECTIVES.items(), *PHRASES.items()] if answers[name] >= TOLD]
    said = [*OPENINGS, *(word for words in [*PEOPLE.values(), *forms] for word in words)]
    return sorted({word for text in said for word in re.findall("[a-z]+", text)} | {"a", "an", "and"})


def write(module: nn.Module, example: torch.Tensor, file: Path, names: tuple[str, str], dynamic: dict) -> None:
    torch.onnx.export(
        module, (example,), file, input_names=[names[0]], output_names=[names[1]], dynamic_axes=dynamic,
        opset_version=17, dynamo=False,
    )
    model = onnx.load(file)
    # What a graph says of where it was made is of no use to who runs it.
    for node in model.graph.node:
        node.doc_string = ""
        node.ClearField("metadata_props")
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, file)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trained", type=Path, help="what train.py wrote")
    parser.add_argument("weights", type=Path, help="folder for the encoders and the tokenizer")
    parser.add_argument("facts", type=Path, help="JSON file for the checksums of both, and the words that they know")
    args = parser.parse_args()
    weights = torch.load(args.trained / "weights.pt", weights_only=True)
    tokenizer = Tokenizer.from_file(str(args.trained / "tokenizer.json"))
    images, texts = ImageEncoder(), TextEncoder(tokenizer.get_vocab_size())
    images.load_state_dict(weights["images"])
    texts.load_state_dict(weights["texts"])
    args.weights.mkdir(parents=True, exist_ok=True)
    write(
        folded(images.eval()), torch.zeros(1, 3, SIDE, SIDE), args.weights / "vision_model.onnx",
        ("pixel_values", "image_embeds"), {"pixel_values": {0: "batch"}, "image_embeds": {0: "batch"}},
    )
    write(
        texts.eval(), torch.zeros(1, 9, dtype=torch.long), args.weights / "text_model.onnx",
        ("input_ids", "text_embeds"),
        {"input_ids": {0: "batch", 1: "length"}, "text_embeds": {0: "batch"}},
    )
    written = json.loads((args.trained / "tokenizer.json").read_text())
    (args.weights / "tokenizer.json").write_text(json.dumps(written, ensure_ascii=False, separators=(",", ":")) + "\n")
    answers = json.loads((args.trained / "figures.json").read_text())["answers"]
    files = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(args.weights.iterdir())}
    args.facts.write_text(json.dumps({"files": files, "words": known_words(answers)}, indent=2) + "\n")
    print({file.name: file.stat().st_size for file in sorted(args.weights.iterdir())})


if __name__ == "__main__":
    main()
