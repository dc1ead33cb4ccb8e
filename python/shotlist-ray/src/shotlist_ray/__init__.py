"""Shotlist on Ray: `run` does what `shotlist run` does, on a cluster; `ShotlistStage` is a stage for Ray Data pipelines."""

from __future__ import annotations

from .errors import FlagError, ShotlistRayError
from .runner import RayOptions, run
from .stage import ShotlistStage

__all__ = ["FlagError", "RayOptions", "ShotlistRayError", "ShotlistStage", "run"]
