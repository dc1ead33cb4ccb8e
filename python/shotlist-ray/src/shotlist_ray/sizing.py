"""How many workers a cluster has room for, and how large each is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ray

#: Processors of a worker that has no card, where nodes have as many.
_CPUS = 8


@dataclass(frozen=True)
class Size:
    """What one worker is given: processors and cards; how many fit on the nodes that are there now."""

    cpus: float
    gpus: float
    fitting: int


def size(
    nodes: Sequence[dict[str, float]], *, uses_card: bool, cpus: float | None = None, gpus: float | None = None
) -> Size:
    """Sizes workers by the nodes' resources (`CPU` and `GPU` of each).

    Args:
        uses_card: whether a worker runs a model itself. Then it gets a card, where any node has one.
        cpus: processors that were asked for; left out, a worker without a card has up to eight, and one with a card its
            share of its node's.
        gpus: cards that were asked for.
    """
    if gpus is None:
        gpus = 1.0 if uses_card and any(node.get("GPU", 0) >= 1 for node in nodes) else 0.0
    able = [node for node in nodes if node.get("CPU", 0) >= 1 and node.get("GPU", 0) >= gpus]
    if cpus is None and gpus > 0:
        cpus = max(1.0, min((node["CPU"] // (node["GPU"] / gpus) for node in able), default=1.0))
    elif cpus is None:
        cpus = max(1.0, min(_CPUS, min((node["CPU"] for node in able), default=1.0)))
    return Size(cpus, gpus, sum(_fit(node, cpus, gpus) for node in nodes))


def cluster_nodes() -> list[dict[str, float]]:
    """The resources of the cluster's nodes that are alive."""
    nodes: list[dict[str, Any]] = ray.nodes()  # type: ignore[no-untyped-call]
    return [dict(node["Resources"]) for node in nodes if node["Alive"]]


def _fit(node: dict[str, float], cpus: float, gpus: float) -> int:
    shares = [node.get(name, 0) / wanted for name, wanted in (("CPU", cpus), ("GPU", gpus)) if wanted > 0]
    return int(min(shares, default=0))
