"""Which KMS key a call means: it may name its id, its ARN, or an alias in two ways.

KMS checks the key that an alias stands for, never the alias, so an alias must be looked up.
https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
"""

from __future__ import annotations

from pipeline.iam.errors import UnknownOperationError
from pipeline.iam.request import ContextValue
from pipeline.iam.requirement import Parameters, Place, ResourceOf


def alias_arn(name: str, place: Place) -> str:
    """Return the ARN of an alias, which may be written as a name or as an ARN."""
    return name if name.startswith("arn:") else place.arn("kms", name)


def key_arn(key: str, place: Place) -> str:
    """Return the ARN of the key that a call means.

    Raises:
        UnknownOperationError: An alias is named, and which key it stands for is not known.
    """
    if not _is_alias(key):
        return key if key.startswith("arn:") else place.arn("kms", f"key/{key}")
    found = place.lookups.key_of_alias(alias_arn(key, place))
    if found is None:
        raise UnknownOperationError(
            f"Which key {key} stands for is not known here; name the key by its id or ARN."
        )
    return found


def key_named(parameter: str = "KeyId") -> ResourceOf:
    """Return what finds the key that a parameter names."""
    return lambda parameters, place: key_arn(str(parameters[parameter]), place)


def key_or_ciphertexts(parameter: str) -> ResourceOf:
    """Return what finds the key that a parameter names or, without it, the ciphertext's own."""

    def resource(parameters: Parameters, place: Place) -> str:
        if parameters.get(parameter):
            return key_arn(str(parameters[parameter]), place)
        ciphertext = bytes(parameters.get("CiphertextBlob") or b"")
        found = place.lookups.key_of_ciphertext(ciphertext)
        if found is None:
            raise UnknownOperationError(
                f"Which key the ciphertext was made with is not known here; give its {parameter}."
            )
        return found

    return resource


def alias_key(parameters: Parameters, _: Place) -> dict[str, ContextValue]:
    """Return ``kms:RequestAlias`` when a call names its key by an alias: the name, not the ARN."""
    key = str(parameters.get("KeyId") or "")
    return {"kms:RequestAlias": key.rpartition(":")[2]} if _is_alias(key) else {}


def _is_alias(key: str) -> bool:
    return key.rpartition(":")[2].startswith("alias/")
