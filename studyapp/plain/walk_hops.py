"""Time travel over a recorded run, line by line: call by call, back and forth."""

from __future__ import annotations

from pipeline.narration import narrate
from studyapp.plain.console import Console
from studyapp.plain.walk_wording import say_hop, say_payloads
from studyapp.study.walk_record import RunRecording

_HELP = (
    "enter goes one call on, b one back, a shows request and answer, N goes to call N, q ends it"
)


def travel(console: Console, recording: RunRecording) -> None:
    """Go back and forth over a run until that is enough.

    Raises:
        EndedError: No more replies come.
    """
    cursor = recording.start()
    say_hop(console, cursor)
    while True:
        reply = console.ask("time (enter on, b back, a request and answer, N, q end)").lower()
        if reply in {"q", "quit", "exit"}:
            return
        if reply in {"a", "all"}:
            say_payloads(console, cursor)
            continue
        before = cursor
        if reply in {"", "n", "next"}:
            cursor = cursor.forward()
        elif reply in {"b", "back"}:
            cursor = cursor.back()
        elif reply.isdecimal() and int(reply[:9]) <= len(recording.hops):
            cursor = cursor.at(int(reply[:9]))
        elif reply == "?":
            console.say(f"help: {_HELP}.")
            continue
        else:
            console.say(f'UNCLEAR "{reply[:20]}" is nothing here: {_HELP}.')
            continue
        if cursor == before and reply in {"", "n", "next"}:
            console.say("note: this is the last call.")
            continue
        say_hop(console, cursor)
        for event in cursor.new_events[1:]:
            console.say(f"then: {narrate(event)}")
