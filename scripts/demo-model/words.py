"""The language of the demo model: its closed vocabulary, its two caption templates, and reading them back."""

import re

LIGHTS = ["dark", "dim", "bright"]
TONES = ["warm", "cool", "green", "purple", "grey"]
CAMERAS = ["static", "pans left", "pans right", "tilts up", "tilts down", "zooms in", "zooms out", "shakes"]
COLOURS = ["red", "green", "blue", "yellow", "purple", "orange", "white", "black"]
KINDS = ["circle", "square", "triangle", "bar"]
WAYS = [
    "moves from left to right", "moves from right to left", "moves from top to bottom", "moves from bottom to top",
    "stays still", "grows larger", "shrinks",
]
PLACES = ["nothing", "left", "right", "top", "bottom", "centre", "everywhere"]

# What reversing time and mirroring the picture do to a label (index -> index).
CAMERA_REVERSED = [0, 2, 1, 4, 3, 6, 5, 7]
CAMERA_MIRRORED = [0, 2, 1, 3, 4, 5, 6, 7]
CAMERA_FLIPPED = [0, 1, 2, 4, 3, 5, 6, 7]
WAY_REVERSED = [1, 0, 3, 2, 4, 6, 5]
WAY_MIRRORED = [1, 0, 2, 3, 4, 5, 6]
WAY_FLIPPED = [0, 1, 3, 2, 4, 5, 6]
PLACE_MIRRORED = [0, 2, 1, 3, 4, 5, 6]
PLACE_FLIPPED = [0, 1, 2, 4, 3, 5, 6]

_TONE_FIRST = {"warm": "warm in tone", "cool": "cool in tone", "green": "mostly green", "purple": "mostly purple",
               "grey": "mostly grey"}
_PLACE_FIRST = {"nothing": "Nothing moves.", "left": "Motion is on the left.", "right": "Motion is on the right.",
                "top": "Motion is at the top.", "bottom": "Motion is at the bottom.",
                "centre": "Motion is in the centre.", "everywhere": "Motion is everywhere."}
_PLACE_SECOND = {"nothing": "There is no motion.", "left": "The left side moves.", "right": "The right side moves.",
                 "top": "The upper part moves.", "bottom": "The lower part moves.", "centre": "The middle moves.",
                 "everywhere": "The whole picture moves."}
_WAY_SECOND = {
    "moves from left to right": "goes to the right", "moves from right to left": "goes to the left",
    "moves from top to bottom": "goes down", "moves from bottom to top": "goes up",
    "stays still": "does not move", "grows larger": "becomes larger", "shrinks": "becomes smaller",
}


def article(word):
    """The indefinite article before a word."""
    return "an" if word[0] in "aeiou" else "a"


def first_caption(facts):
    """The caption of the first pass. `facts`: light, tone, camera, shapes [(colour, kind, way)], place, as words."""
    camera = facts["camera"]
    parts = [f"A {facts['light']} picture, {_TONE_FIRST[facts['tone']]}.",
             f"The camera {'is static' if camera == 'static' else camera}."]
    if facts["shapes"]:
        said = [f"{article(c)} {c} {k} {w}" for c, k, w in facts["shapes"]]
        text = " and ".join(said)
        parts.append(text[0].upper() + text[1:] + ".")
    else:
        parts.append(_PLACE_FIRST[facts["place"]])
    return " ".join(parts)


def second_caption(facts):
    """The caption of a refining pass: the same facts, in other words."""
    camera = facts["camera"]
    tone = facts["tone"]
    parts = [f"Seen again: the light is {facts['light']} and the tone is {tone}.",
             f"The view {'does not move' if camera == 'static' else camera}."]
    if facts["shapes"]:
        said = [f"{article(c)} {c} {k} that {_WAY_SECOND[w]}" for c, k, w in facts["shapes"]]
        parts.append("There is " + ", and ".join(said) + ".")
    else:
        parts.append(_PLACE_SECOND[facts["place"]])
    return " ".join(parts)


def _search(options, text):
    for value, said in options.items():
        if said in text:
            return value
    return None


def read_caption(text):
    """The facts a caption of either template states; None where it states none. The inverse of the two above."""
    facts = {"light": None, "tone": None, "camera": None, "shapes": [], "place": None}
    light = re.search(r"(?:A|the light is) (dark|dim|bright)\b", text)
    facts["light"] = light and light.group(1)
    tone = re.search(r"the tone is (\w+)", text)
    facts["tone"] = tone.group(1) if tone else _search(_TONE_FIRST, text)
    camera = re.search(r"The (?:camera|view) (is static|does not move|pans left|pans right|tilts up|tilts down|"
                       r"zooms in|zooms out|shakes)\.", text)
    if camera:
        facts["camera"] = "static" if camera.group(1) in ("is static", "does not move") else camera.group(1)
    ways = {said: way for way, said in _WAY_SECOND.items()} | {way: way for way in WAYS}
    pattern = r"\b[Aa]n? (%s) (%s) (?:that )?(%s)" % ("|".join(COLOURS), "|".join(KINDS), "|".join(ways))
    facts["shapes"] = [(c, k, ways[w]) for c, k, w in re.findall(pattern, text)]
    if not facts["shapes"]:
        facts["place"] = _search(_PLACE_FIRST, text) or _search(_PLACE_SECOND, text)
    return facts
