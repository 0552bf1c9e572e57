"""Small runnable proofs that questions and lessons refer to by id.

An experiment makes a claim, acts on a fresh sandbox (or reads the API models that botocore ships),
and says what it saw. Each claim is one that AWS documents; where, its ``addresses`` say. The
catalogue imports nothing of the cloud: that comes when an experiment runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pipeline.experiments.announcing import ANNOUNCING
from pipeline.experiments.buffering import BUFFERING
from pipeline.experiments.decoupling import DECOUPLING
from pipeline.experiments.failing import FAILING
from pipeline.experiments.fanning_out import FANNING_OUT
from pipeline.experiments.letting_in import LETTING_IN
from pipeline.experiments.limiting import LIMITING
from pipeline.experiments.limits import LIMIT_EXPERIMENTS
from pipeline.experiments.organizing import ORGANIZING
from pipeline.experiments.permitting import PERMITTING
from pipeline.experiments.polling import POLLING
from pipeline.experiments.recording import RECORDING
from pipeline.experiments.storing import STORING
from pipeline.experiments.values import Call, Experiment, Kind, Observation, Report, Tell

__all__ = [
    "EXPERIMENTS",
    "Call",
    "Experiment",
    "Kind",
    "Observation",
    "Report",
    "Tell",
    "run_experiment",
]

EXPERIMENTS: Mapping[str, Experiment] = MappingProxyType(
    {
        experiment.id: experiment
        for experiment in (
            *ANNOUNCING,
            *DECOUPLING,
            *BUFFERING,
            *POLLING,
            *STORING,
            *RECORDING,
            *LETTING_IN,
            *PERMITTING,
            *LIMITING,
            *ORGANIZING,
            *FANNING_OUT,
            *FAILING,
            *LIMIT_EXPERIMENTS,
        )
    }
)
"""Every experiment by its id, in teaching order."""


def run_experiment(identifier: str, *, tell: Tell = lambda _: None) -> Report:
    """Run one experiment.

    Args:
        identifier: Its id; ``KeyError`` for one that there is not.
        tell: Gets every call and observation as it happens, on the caller's thread.
    """
    return EXPERIMENTS[identifier].run(tell)
