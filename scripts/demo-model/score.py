"""How right captions are: whole and by attribute."""

import collections


def compare(truth, said):
    """{attribute: right?} of one clip; both as facts in words. `shapes` and `all` judge the clip as a whole."""
    marks = {name: truth[name] == said[name] for name in ("light", "tone", "camera")}
    count = len(truth["shapes"])
    if count:
        mine, theirs = sorted(truth["shapes"]), sorted(said["shapes"])
        marks[f"{count} shapes"] = mine == theirs
        pairs = list(zip(mine, theirs)) + [(m, (None,) * 3) for m in mine[len(theirs):]]
        for i, part in enumerate(("colour", "kind", "way")):
            marks[f"{part} of {count}"] = all(m[i] == t[i] for m, t in pairs) and len(mine) == len(theirs)
    else:
        marks["place"] = not said["shapes"] and truth["place"] == said["place"]
        marks["camera, no shapes"] = marks["camera"]
    marks["all"] = marks["light"] and marks["tone"] and marks["camera"] and marks.get(f"{count} shapes",
                                                                                       marks.get("place"))
    return marks


class Tally:
    """Counts marks over clips."""

    def __init__(self):
        self.right, self.total = collections.Counter(), collections.Counter()

    def add(self, truth, said):
        for name, good in compare(truth, said).items():
            self.total[name] += 1
            self.right[name] += bool(good)

    def shares(self):
        """{attribute: (share right, clips)}."""
        return {name: (self.right[name] / self.total[name], self.total[name]) for name in sorted(self.total)}

    def line(self):
        """One line for a log."""
        return ", ".join(f"{name} {100 * share:.0f}% ({n})" for name, (share, n) in self.shares().items())
