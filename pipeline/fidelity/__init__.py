"""Where the emulator differs from AWS and we correct it: one file each, one contract test each.

A correction acts only inside a sandbox's call (``entered.py``); moto used on its own stays as it
is. What is known of moto's departures: its version is bounded in ``pyproject.toml``, and each
correction's test shows moto without it, so that a moto that needs it no longer is noticed.
"""

from __future__ import annotations

from pipeline.fidelity import (
    dynamodb_items,
    dynamodb_ttl,
    lambda_functions,
    lambda_mappings,
    logs_events,
    logs_retention,
    moving_clock,
    moving_dates,
    request_cycles,
    s3_bodies,
    s3_changes,
    s3_configuration,
    s3_delete_markers,
    s3_delivery,
    s3_policies,
    s3_reset,
    sns_delivery,
    sqs_attributes,
    sqs_queue,
    streams_endpoint,
    streams_iterators,
    streams_records,
)


def apply_corrections() -> None:
    """Put every correction in place; doing it again changes nothing."""
    for correction in (
        dynamodb_items,
        dynamodb_ttl,
        lambda_functions,
        lambda_mappings,
        logs_events,
        logs_retention,
        moving_clock,
        moving_dates,
        request_cycles,
        s3_bodies,
        s3_changes,
        s3_configuration,
        s3_delete_markers,
        s3_delivery,
        s3_policies,
        s3_reset,
        sns_delivery,
        sqs_attributes,
        sqs_queue,
        streams_endpoint,
        streams_iterators,
        streams_records,
    ):
        correction.apply()
