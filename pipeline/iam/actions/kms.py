"""KMS: an alias is a resource of its own only where it is made, moved or deleted.

Permission to retire a grant is in the grant itself; ``kms:RetireGrant`` is the other way to it.
https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.iam.actions.kms_keys import (
    alias_arn,
    alias_key,
    key_arn,
    key_named,
    key_or_ciphertexts,
)
from pipeline.iam.actions.tags import tagging, tags
from pipeline.iam.errors import UnknownOperationError
from pipeline.iam.request import ContextValue
from pipeline.iam.requirement import (
    KeysOf,
    Needs,
    Parameters,
    Place,
    Requirement,
    anywhere,
    as_value,
    no_resource,
    on,
    one,
    together,
)

_key = key_named()
_ALGORITHM = {"EncryptionAlgorithm": "kms:EncryptionAlgorithm"}
_SIGNING = {"SigningAlgorithm": "kms:SigningAlgorithm", "MessageType": "kms:MessageType"}
_BYPASS = {"BypassPolicyLockoutSafetyCheck": "kms:BypassPolicyLockoutSafetyCheck"}
_DEFAULTS = {"KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT", "Origin": "AWS_KMS"}
_CREATING = {
    "KeySpec": "kms:KeySpec",
    "KeyUsage": "kms:KeyUsage",
    "Origin": "kms:KeyOrigin",
    "MultiRegion": "kms:MultiRegion",
    **_BYPASS,
}


def encryption_context(pairs: Mapping[str, str]) -> dict[str, ContextValue]:
    """Return the condition keys of an encryption context: one for each pair, one for the names.

    https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-encryption-context
    """
    if not pairs:
        return {}
    keys: dict[str, ContextValue] = {
        f"kms:EncryptionContext:{name}": str(value) for name, value in pairs.items()
    }
    return {**keys, "kms:EncryptionContextKeys": tuple(pairs)}


def _encrypted_with(parameter: str = "EncryptionContext") -> KeysOf:
    return lambda parameters, _place: encryption_context(parameters.get(parameter) or {})


def _alias(parameters: Parameters, place: Place) -> str:
    return alias_arn(str(parameters["AliasName"]), place)


def _current_key(parameters: Parameters, place: Place) -> str:
    return key_arn(str(parameters["AliasName"]), place)


def _grant(parameters: Parameters, _: Place) -> dict[str, ContextValue]:
    """Return the condition keys of a grant; its constraint gives an encryption context."""
    constraints = parameters.get("Constraints") or {}
    keys: dict[str, ContextValue] = {"kms:GrantOperations": tuple(parameters["Operations"])}
    for kind in ("EncryptionContextEquals", "EncryptionContextSubset"):
        if constraints.get(kind):
            keys["kms:GrantConstraintType"] = kind
            keys.update(encryption_context(constraints[kind]))
    for whom in ("GranteePrincipal", "RetiringPrincipal"):
        if parameters.get(whom):
            keys[f"kms:{whom}"] = str(parameters[whom])
    return keys


def _new_key(parameters: Parameters, _: Place) -> dict[str, ContextValue]:
    """Return the condition keys of a new key, with what KMS takes where nothing is given."""
    spec = parameters.get("KeySpec") or parameters.get("CustomerMasterKeySpec")
    taken = {"MultiRegion": False, **_DEFAULTS, **parameters, **({"KeySpec": spec} if spec else {})}
    return {key: as_value(taken[name]) for name, key in _CREATING.items() if name in taken}


def _any_key(_: Parameters, place: Place) -> str:
    """Return what stands for a key that has no id yet."""
    return place.arn("kms", "key/*")


def _retired(parameters: Parameters, place: Place) -> str:
    if not parameters.get("KeyId"):
        raise UnknownOperationError(
            "Which key a grant token is for is not known here; give KeyId and GrantId instead."
        )
    return _key(parameters, place)


def _re_encrypt(parameters: Parameters, place: Place) -> tuple[Requirement, ...]:
    """Return what changing keys needs: an action on the old key and another on the new one."""
    old = key_or_ciphertexts("SourceKeyId")(parameters, place)
    new = key_named("DestinationKeyId")(parameters, place)
    same: dict[str, ContextValue] = {"kms:ReEncryptOnSameKey": as_value(old == new)}
    return tuple(
        Requirement(
            action,
            resource,
            {**same, **encryption_context(parameters.get(f"{which}EncryptionContext") or {})},
        )
        for action, resource, which in (
            ("kms:ReEncryptFrom", old, "Source"),
            ("kms:ReEncryptTo", new, "Destination"),
        )
    )


OPERATIONS: Mapping[str, Needs] = {
    **on(
        "kms",
        _key,
        "CancelKeyDeletion Decapsulate DeleteImportedKeyMaterial DisableKey DisableKeyRotation "
        "EnableKey Encapsulate GetKeyLastUsage GetKeyPolicy GetKeyRotationStatus ListGrants "
        "ListKeyPolicies ListKeyRotations ListResourceTags RevokeGrant RotateKeyOnDemand "
        "UpdateKeyDescription",
    ),
    **on(
        "kms",
        no_resource,
        "ConnectCustomKeyStore CreateCustomKeyStore DeleteCustomKeyStore DescribeCustomKeyStores "
        "DisconnectCustomKeyStore GenerateRandom ListAliases ListKeys UpdateCustomKeyStore",
    ),
    **on("kms", _key, "DescribeKey GetPublicKey", alias_key),
    **on(
        "kms",
        _key,
        "Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext",
        _ALGORITHM,
        _encrypted_with(),
        alias_key,
    ),
    **on(
        "kms",
        _key,
        "GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext",
        {"KeyPairSpec": "kms:DataKeyPairSpec"},
        _encrypted_with(),
        alias_key,
    ),
    **on("kms", _key, "GenerateMac VerifyMac", {"MacAlgorithm": "kms:MacAlgorithm"}, alias_key),
    **on("kms", _key, "Sign Verify", _SIGNING, alias_key),
    **on("kms", _key, "TagResource UntagResource", tags),
    "CreateAlias": together(
        one("kms:CreateAlias", _alias), one("kms:CreateAlias", key_named("TargetKeyId"))
    ),
    "CreateGrant": one("kms:CreateGrant", _key, _grant),
    "CreateKey": together(
        anywhere("kms:CreateKey", _new_key, tags),
        tagging("kms:TagResource", _any_key),
    ),
    "Decrypt": one(
        "kms:Decrypt", key_or_ciphertexts("KeyId"), _ALGORITHM, _encrypted_with(), alias_key
    ),
    "DeleteAlias": together(one("kms:DeleteAlias", _alias), one("kms:DeleteAlias", _current_key)),
    "DeriveSharedSecret": one(
        "kms:DeriveSharedSecret", _key, {"KeyAgreementAlgorithm": "kms:KeyAgreementAlgorithm"}
    ),
    "EnableKeyRotation": one(
        "kms:EnableKeyRotation", _key, {"RotationPeriodInDays": "kms:RotationPeriodInDays"}
    ),
    "GetParametersForImport": one(
        "kms:GetParametersForImport",
        _key,
        {"WrappingAlgorithm": "kms:WrappingAlgorithm", "WrappingKeySpec": "kms:WrappingKeySpec"},
    ),
    "ImportKeyMaterial": one(
        "kms:ImportKeyMaterial",
        _key,
        {"ExpirationModel": "kms:ExpirationModel", "ValidTo": "kms:ValidTo"},
    ),
    "ListRetirableGrants": anywhere("kms:ListRetirableGrants"),
    "PutKeyPolicy": one("kms:PutKeyPolicy", _key, _BYPASS),
    "ReEncrypt": _re_encrypt,
    "ReplicateKey": together(
        one("kms:ReplicateKey", _key, {"ReplicaRegion": "kms:ReplicaRegion"}),
        anywhere("kms:CreateKey", tags),
        tagging("kms:TagResource", _any_key),
    ),
    "RetireGrant": one("kms:RetireGrant", _retired),
    "ScheduleKeyDeletion": one(
        "kms:ScheduleKeyDeletion",
        _key,
        {"PendingWindowInDays": "kms:ScheduleKeyDeletionPendingWindowInDays"},
    ),
    "UpdateAlias": together(
        one("kms:UpdateAlias", _alias),
        one("kms:UpdateAlias", _current_key),
        one("kms:UpdateAlias", key_named("TargetKeyId")),
    ),
    "UpdatePrimaryRegion": one(
        "kms:UpdatePrimaryRegion", _key, {"PrimaryRegion": "kms:PrimaryRegion"}
    ),
}
