"""Ray Data's settings while a run goes on."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator

from ray.data import DataContext

#: How often in a row actors may die before they are ready, as when nodes die while they start, before the run ends.
_DEATHS = 20


@contextlib.contextmanager
def run_settings() -> Iterator[None]:
    """Has Ray Data take on another actor as soon as all have what they can do, and wait as long as a task takes.

    Releases of Ray that do not have one of these settings do without.
    """
    context = DataContext.get_current()
    wanted = {
        # Silence is watched by the actor, which hears heartbeats; a long video is no lack of progress.
        "execution_no_progress_timeout_s": -1,
        "max_consecutive_actor_init_deaths": _DEATHS,
        # Less than one, since an actor is never given more tasks than it runs.
        "autoscaling_config": dataclasses.replace(context.autoscaling_config, actor_pool_util_upscaling_threshold=0.99),
    }
    before = {name: getattr(context, name) for name in wanted if hasattr(context, name)}
    for name in before:
        setattr(context, name, wanted[name])
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(context, name, value)
