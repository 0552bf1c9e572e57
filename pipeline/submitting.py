"""What enters an architecture without uploads: a message to a topic, an item into a table."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from boto3.dynamodb.types import TypeSerializer
from botocore.exceptions import BotoCoreError, ClientError

from pipeline.topology import Entry
from pipeline.uploading import UploadError


def submit(
    client: Callable[[str], Any], entry: Entry, source: Path | bytes, name: str | None
) -> str:
    """Publish or put what a source holds, and return its name.

    Args:
        client: Returns a boto3 client of a service.
        entry: Where it goes.
        source: A file of JSON text, or the text's bytes.
        name: What it is called; the file's name unless given.

    Raises:
        UploadError: It cannot be read, is not JSON where JSON is needed, or was refused.
    """
    shown = name or (source.name if isinstance(source, Path) else entry.noun)
    text = _text(source, shown)
    try:
        if entry.kind == "publish":
            client("sns").publish(TopicArn=entry.resource, Message=text)
        else:
            client("dynamodb").put_item(TableName=entry.resource, Item=_item(text, shown))
    except ClientError as error:
        told = error.response["Error"]
        raise UploadError(f"{shown} was refused: {told['Code']}: {told['Message']}") from error
    except (BotoCoreError, TypeError, ValueError) as error:
        raise UploadError(f"{shown} cannot be sent: {error}") from error
    return shown


def _text(source: Path | bytes, shown: str) -> str:
    try:
        data = source if isinstance(source, bytes) else source.read_bytes()
        return data.decode()
    except OSError as error:
        raise UploadError(f"{shown}: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise UploadError(f"{shown} is not text: it must be JSON in UTF-8.") from error


def _item(text: str, shown: str) -> dict[str, Any]:
    """Return a JSON object as the item that DynamoDB takes, with its type tags."""
    try:
        document = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise UploadError(f"{shown} is not JSON: {error}.") from error
    if not isinstance(document, dict):
        raise UploadError(f"{shown} is not a JSON object; an item is one.")
    serialize = TypeSerializer().serialize
    return {name: serialize(value) for name, value in document.items()}
