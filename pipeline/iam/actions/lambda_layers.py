"""Lambda's layers: publishing is an action on the layer, everything else on one of its versions.

https://docs.aws.amazon.com/lambda/latest/dg/permissions-layer-cross-account.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.iam.requirement import (
    Needs,
    Parameters,
    Place,
    Requirement,
    named,
    no_resource,
    on,
    one,
    together,
)


def _layer(parameters: Parameters, place: Place) -> str:
    name = str(parameters["LayerName"])
    return name if name.startswith("arn:") else place.arn("lambda", f"layer:{name}")


def _version(parameters: Parameters, place: Place) -> str:
    return f"{_layer(parameters, place)}:{parameters['VersionNumber']}"


def _read_content(parameters: Parameters, _: Place) -> tuple[Requirement, ...]:
    """Return what fetching a layer's content needs: Lambda reads it from S3 as the caller."""
    content = parameters["Content"]
    if not content.get("S3Bucket"):
        return ()
    action = "s3:GetObjectVersion" if content.get("S3ObjectVersion") else "s3:GetObject"
    return (Requirement(action, f"arn:aws:s3:::{content['S3Bucket']}/{content['S3Key']}"),)


OPERATIONS: Mapping[str, Needs] = {
    **on(
        "lambda",
        _version,
        "AddLayerVersionPermission DeleteLayerVersion GetLayerVersion GetLayerVersionPolicy "
        "RemoveLayerVersionPermission",
    ),
    **on("lambda", no_resource, "ListLayerVersions ListLayers"),
    "GetLayerVersionByArn": one("lambda:GetLayerVersion", named("Arn")),
    "PublishLayerVersion": together(one("lambda:PublishLayerVersion", _layer), _read_content),
}
