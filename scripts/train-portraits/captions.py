"""Captions of drawn portraits, in many wordings, from the attributes that they were drawn with."""

from random import Random

PEOPLE = {
    True: ["man", "guy", "gentleman", "male person"],
    False: ["woman", "lady", "female person"],
    None: ["person", "face", "person", "human"],
}
OPENINGS = ["a photo of", "a portrait of", "a picture of", "an image of", "a drawing of", "this is", "", ""]

# What is said before a person: "a bald man".
ADJECTIVES = {
    ("Smiling", True): ["smiling", "happy", "cheerful"],
    ("Smiling", False): ["serious", "unsmiling"],
    ("Bald", True): ["bald"],
    ("Blond_Hair", True): ["blond", "blonde", "fair haired"],
    ("Gray_Hair", True): ["grey haired", "gray haired"],
    ("Red_Hair", True): ["red haired", "ginger"],
    ("Black_Hair", True): ["black haired"],
    ("Brown_Hair", True): ["brown haired"],
    ("Long_Hair", True): ["long haired"],
    ("Full_Beard", True): ["bearded"],
    ("No_Beard", True): ["beardless", "shaven"],
    ("Pale_Skin", True): ["pale", "light skinned"],
    ("Dark_Skin", True): ["dark skinned"],
}


def _with(*things):
    return [form for thing in things for form in (f"with {thing}", f"having {thing}", f"who has {thing}")]


def _without(*things):
    return [
        form
        for thing in things
        for form in (f"without {thing}", f"with no {thing.removeprefix('a ')}", f"who has no {thing.removeprefix('a ')}")
    ]


# What is said after a person: "with glasses". A question is asked by the same phrases.
PHRASES = {
    ("Male", True): ["who is a man", "who is male"],
    ("Male", False): ["who is a woman", "who is female"],
    ("Eyeglasses", True): [
        *_with("glasses", "eyeglasses", "spectacles"),
        "wearing glasses", "wearing eyeglasses", "who wears glasses", "in glasses",
    ],
    ("Eyeglasses", False): [
        *_without("glasses", "eyeglasses", "spectacles"),
        "not wearing glasses", "who wears no glasses", "who does not wear glasses", "wearing no glasses",
    ],
    ("Smiling", True): ["smiling", "who smiles", "who is smiling", *_with("a smile", "a happy face"), "looking happy"],
    ("Smiling", False): [
        "not smiling", "who does not smile", "who is not smiling", *_without("a smile"),
        *_with("a serious face"), "looking serious", "who looks serious",
    ],
    ("Mouth_Slightly_Open", True): [
        *_with("an open mouth", "the mouth open", "their mouth open", "a slightly open mouth"), "whose mouth is open",
    ],
    ("Mouth_Slightly_Open", False): [
        *_with("a closed mouth", "the mouth closed", "their mouth closed"), "whose mouth is closed",
    ],
    ("Bald", True): ["who is bald", *_with("a bald head"), *_without("hair")],
    ("Bald", False): ["who is not bald", *_with("hair", "hair on the head")],
    ("Short_Hair", True): [*_with("short hair"), "whose hair is short"],
    ("Short_Hair", False): _without("short hair"),
    ("Long_Hair", True): [*_with("long hair"), "whose hair is long", "wearing long hair"],
    ("Long_Hair", False): [*_without("long hair"), "who does not have long hair"],
    ("Black_Hair", True): [*_with("black hair", "dark black hair"), "whose hair is black"],
    ("Black_Hair", False): [*_without("black hair"), "whose hair is not black"],
    ("Brown_Hair", True): [*_with("brown hair"), "whose hair is brown"],
    ("Brown_Hair", False): [*_without("brown hair"), "whose hair is not brown"],
    ("Red_Hair", True): [*_with("red hair", "ginger hair"), "whose hair is red"],
    ("Red_Hair", False): [*_without("red hair"), "whose hair is not red"],
    ("Blond_Hair", True): [*_with("blond hair", "blonde hair", "fair hair"), "whose hair is blond"],
    ("Blond_Hair", False): [*_without("blond hair", "blonde hair"), "whose hair is not blond"],
    ("Gray_Hair", True): [*_with("grey hair", "gray hair", "white hair"), "whose hair is grey"],
    ("Gray_Hair", False): [*_without("grey hair", "gray hair", "white hair"), "whose hair is not grey"],
    ("No_Beard", True): [*_without("a beard", "facial hair"), "who is clean shaven"],
    ("No_Beard", False): _with("facial hair", "some beard or moustache", "hair on the chin or lip"),
    ("Stubble", True): _with("stubble", "a short stubble"),
    ("Stubble", False): _without("stubble"),
    ("Mustache", True): _with("a moustache", "a mustache"),
    ("Mustache", False): _without("a moustache", "a mustache"),
    ("Full_Beard", True): _with("a beard", "a full beard", "a thick beard"),
    ("Full_Beard", False): _without("a full beard", "a thick beard"),
    ("Pale_Skin", True): [*_with("pale skin", "light skin", "fair skin"), "whose skin is pale"],
    ("Pale_Skin", False): [*_without("pale skin", "light skin"), "whose skin is not pale"],
    ("Dark_Skin", True): [*_with("dark skin", "brown skin"), "whose skin is dark"],
    ("Dark_Skin", False): [*_without("dark skin"), "whose skin is not dark"],
    ("Turned_Left", True): ["looking to the left", "turned to the left", "who looks left", "facing left"],
    ("Turned_Left", False): ["not looking to the left", "not turned to the left", "not facing left"],
    ("Turned_Right", True): ["looking to the right", "turned to the right", "who looks right", "facing right"],
    ("Turned_Right", False): ["not looking to the right", "not turned to the right", "not facing right"],
    ("Light_From_Left", True): ["lit from the left", "with light from the left", "in light from the left"],
    ("Light_From_Left", False): ["not lit from the left", "without light from the left"],
    ("Light_From_Right", True): ["lit from the right", "with light from the right", "in light from the right"],
    ("Light_From_Right", False): ["not lit from the right", "without light from the right"],
    ("Dark_Background", True): ["on a dark background", "before a dark background", "before a dark wall"],
    ("Dark_Background", False): ["on a bright background", "before a bright background", "before a light wall"],
    ("Dark_Clothes", True): ["in dark clothes", "wearing dark clothes", "in a dark shirt", "wearing a dark shirt"],
    ("Dark_Clothes", False): ["in bright clothes", "wearing bright clothes", "in a light shirt", "wearing a light shirt"],
    ("Close_Up", True): ["seen from close", "in close up", "from near"],
    ("Close_Up", False): ["seen from afar", "from a distance", "from far away"],
}
NAMES = list(dict.fromkeys(name for name, _ in PHRASES))

Claims = dict[str, bool]


def caption(claims: Claims, random: Random) -> str:
    """Says everything that is claimed, in an order and in words by chance."""
    rest = list(claims.items())
    random.shuffle(rest)
    noun = None
    if "Male" in claims and random.random() < 0.85:
        noun = claims["Male"]
        rest.remove(("Male", noun))
    adjectives, phrases = [], []
    for claim in rest:
        if claim in ADJECTIVES and len(adjectives) < 2 and random.random() < 0.4:
            adjectives.append(random.choice(ADJECTIVES[claim]))
        else:
            phrases.append(random.choice(PHRASES[claim]))
    person = " ".join([*adjectives, random.choice(PEOPLE[noun])])
    if random.random() < 0.9:
        person = f"{'an' if person[0] in 'aeiou' else 'a'} {person}"
    said = [random.choice(OPENINGS), person, _joined(phrases, random)]
    return " ".join(filter(None, said)) + random.choice(["", "", "."])


def _joined(phrases: list[str], random: Random) -> str:
    if len(phrases) < 2:
        return "".join(phrases)
    between = random.choice([", ", " and ", " "])
    last = random.choice([" and ", between])
    return last.join([between.join(phrases[:-1]), phrases[-1]])


def some_claims(attributes: Claims, random: Random, most: int) -> Claims:
    """Up to `most` true statements; what an image has is said more often than what it has not."""
    weights = [(random.random() * (2.5 if value else 1), name) for name, value in attributes.items()]
    chosen = sorted(weights, reverse=True)[: random.randint(1, most)]
    return {name: attributes[name] for _, name in chosen}
