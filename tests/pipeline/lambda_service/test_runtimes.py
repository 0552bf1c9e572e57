"""A function's code is the one that its handler names now."""

from __future__ import annotations

from typing import Any

from pipeline import events as e


def test_another_handler_is_run_from_the_next_invocation_on(scene: Any) -> None:
    lambda_ = scene.sandbox.client("lambda")
    name = scene.sandbox.topology.function.name
    scene.run(b"this is no image", "broken.jpg")
    assert scene.seen(e.FunctionReturned)
    assert not scene.seen(e.FunctionFailed)
    scene.events.clear()
    lambda_.update_function_configuration(FunctionName=name, Handler="function.naive.handler")
    scene.run(b"this is no image", "broken-again.jpg")
    assert [event.error_type for event in scene.seen(e.FunctionFailed)] == ["ThumbnailError"] * 5
    assert not scene.seen(e.FunctionReturned)
