"""What must come about in an architecture, by name: each scenario drives a sandbox and looks.

A scenario is a function in a module of this folder::

    @scenario("every-upload")
    def every_upload(run: Run, *, branches: Sequence[str] = ()) -> None:
        run.submit("photo.jpg", photo())
        run.settle()
        run.require("photo-done", "The photo is done.", holds=run.journeys.has_ended_well(…))

It opens nothing: it gets a run on an open sandbox with the documents in their places. Its keyword
arguments are what a lab may set. ``prepare`` is called before the documents are put, for what the
topology does not have (a role more, a key).
"""

from pipeline.grading.scenarios.registry import (
    Scenario,
    find,
    parameter_problems,
    scenario,
    scenario_names,
)

__all__ = ["Scenario", "find", "parameter_problems", "scenario", "scenario_names"]
