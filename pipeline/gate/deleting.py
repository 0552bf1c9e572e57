"""DeleteObjects answers per key: what may not be deleted is an error within an answer of 200.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from xml.etree import ElementTree as ET

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from pipeline.gate.calls import as_response
from pipeline.iam import wire
from pipeline.iam.protocols import printable, s3_headers

_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"


def delete_some(
    request: AWSPreparedRequest,
    denied: Mapping[str, str],
    forward: Callable[[AWSPreparedRequest], AWSResponse],
    request_id: str,
) -> AWSResponse:
    """Return S3's answer to a DeleteObjects of which some keys are denied.

    Args:
        request: The call as it was sent.
        denied: The message of each key that may not be deleted.
        forward: Lets the service answer for the others.
        request_id: The id of the request, which the answer repeats.
    """
    if not isinstance(request.body, bytes):
        raise TypeError("botocore sends the keys to delete as bytes.")
    wanted = ET.fromstring(request.body)  # noqa: S314 - botocore wrote it
    objects = [child for child in wanted if _name(child) == "Object"]
    for entry in objects:
        if _key(entry) in denied:
            wanted.remove(entry)
    result = ET.Element(f"{{{_NAMESPACE}}}DeleteResult")
    if len(objects) > sum(_key(entry) in denied for entry in objects):
        request.body = ET.tostring(wanted, default_namespace=_NAMESPACE)
        request.headers["Content-Length"] = str(len(request.body))
        answer = forward(request)
        if answer.status_code != 200:
            return answer
        result = ET.fromstring(answer.content)  # noqa: S314 - the emulator wrote it
    space = result.tag.removesuffix("DeleteResult")
    for key, message in denied.items():
        error = ET.SubElement(result, f"{space}Error")
        for name, text in (("Key", key), ("Code", "AccessDenied"), ("Message", message)):
            ET.SubElement(error, f"{space}{name}").text = printable(text)
    body = ET.tostring(result)
    return as_response(request, wire.WireResponse(200, s3_headers(request_id), body, "", ""))


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _key(entry: ET.Element) -> str:
    return next((child.text or "" for child in entry if _name(child) == "Key"), "")
