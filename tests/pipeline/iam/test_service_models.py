"""The table of operations, held against botocore's service models."""

from __future__ import annotations

import re

import pytest

from pipeline.iam.operations import TABLE, UnknownOperationError
from tests.pipeline.iam.service_models import (
    MODELS,
    NEEDED_TOO,
    ROWS,
    TAG_LISTS,
    members,
    needed_by,
    parameters,
)

UNCOVERED = {
    # Stacks, sets of stacks and types are made of resources of every service.
    "cloudformation": """
        ActivateOrganizationsAccess ActivateType BatchDescribeTypeConfigurations CancelUpdateStack
        ContinueUpdateRollback CreateChangeSet CreateGeneratedTemplate CreateStack
        CreateStackInstances CreateStackRefactor CreateStackSet DeactivateOrganizationsAccess
        DeactivateType DeleteChangeSet DeleteGeneratedTemplate DeleteStack DeleteStackInstances
        DeleteStackSet DeregisterType DescribeEvents DescribeGeneratedTemplate
        DescribeOrganizationsAccess DescribePublisher DescribeResourceScan DescribeStackInstance
        DescribeStackRefactor DescribeStackSet DescribeStackSetOperation DescribeTypeRegistration
        DetectStackSetDrift ExecuteChangeSet ExecuteStackRefactor GetGeneratedTemplate
        GetHookResult ImportStacksToStackSet ListGeneratedTemplates ListHookResults
        ListResourceScanRelatedResources ListResourceScanResources ListResourceScans
        ListStackInstanceResourceDrifts ListStackInstances ListStackRefactorActions
        ListStackRefactors ListStackSetAutoDeploymentTargets ListStackSetOperationResults
        ListStackSetOperations PublishType RecordHandlerProgress RegisterPublisher RegisterType
        RemoveAlias RollbackStack SetAlias SetStackPolicy SetTypeConfiguration
        SetTypeDefaultVersion SignalResource StartResourceScan StopStackSetOperation TestType
        UpdateGeneratedTemplate UpdateStack UpdateStackInstances UpdateStackSet
        UpdateTerminationProtection
    """,
    # They read or write S3 and Kinesis as their caller, or scale through another service.
    "dynamodb": """
        CancelBulkOperation DescribeBulkOperation EnableKinesisStreamingDestination
        ExportTableToPointInTime ImportTable ListBulkOperations StartBulkPutItems
        UpdateKinesisStreamingDestination UpdateTableReplicaAutoScaling
    """,
    "dynamodbstreams": "",
    # A connection's secret is kept in Secrets Manager, which checks its caller too.
    "events": "CreateConnection DeauthorizeConnection DeleteConnection UpdateConnection",
    # Organizations, delegation, and what the call does not name: a service's role, a key's user.
    "iam": """
        AcceptDelegationRequest AcquireRole AssociateDelegationRequest CreateDelegationRequest
        CreateServiceLinkedRole DeleteServiceLinkedRole
        DisableOrganizationsRootCredentialsManagement DisableOrganizationsRootSessions
        DisableOutboundWebIdentityFederation EnableOrganizationsRootCredentialsManagement
        EnableOrganizationsRootSessions EnableOutboundWebIdentityFederation
        GenerateOrganizationsAccessReport GetAccessKeyLastUsed GetAccountProperties
        GetDelegationRequest GetHumanReadableSummary GetOrganizationsAccessReport
        GetOutboundWebIdentityFederationInfo GetRoleTemplateVersion
        GetServiceLinkedRoleDeletionStatus ListDelegationRequests ListOrganizationsFeatures
        PutAccountProperties RejectDelegationRequest SendDelegationToken UpdateDelegationRequest
    """,
    "kms": "",
    # Durable executions, capacity providers, and policies that are written whole.
    "lambda": """
        CheckpointDurableExecution CreateCapacityProvider DeleteCapacityProvider
        DeleteDurableExecution DeleteResourcePolicy GetCapacityProvider GetDurableExecution
        GetDurableExecutionHistory GetDurableExecutionState GetResourcePolicy
        ListCapacityProviders ListDurableExecutionsByFunction
        ListFunctionVersionsByCapacityProvider PauseDurableExecution PutResourcePolicy
        ResumeDurableExecution SendDurableExecutionCallbackFailure
        SendDurableExecutionCallbackHeartbeat SendDurableExecutionCallbackSuccess
        StopDurableExecution UpdateCapacityProvider
    """,
    # Deliveries, detectors, integrations, imports and schedules: not a function's log.
    "logs": """
        AssociateSourceToS3TableIntegration CancelImportTask CreateDelivery CreateImportTask
        CreateLogAnomalyDetector CreateLookupTable CreateScheduledQuery DeleteDelivery
        DeleteDeliveryDestination DeleteDeliveryDestinationPolicy DeleteDeliverySource
        DeleteIntegration DeleteLogAnomalyDetector DeleteLookupTable DeleteScheduledQuery
        DeleteSyslogConfiguration DescribeConfigurationTemplates DescribeDeliveries
        DescribeDeliveryDestinations DescribeDeliverySources DescribeImportTaskBatches
        DescribeImportTasks DescribeLookupTables DisassociateSourceFromS3TableIntegration
        GetDelivery GetDeliveryDestination GetDeliveryDestinationPolicy GetDeliverySource
        GetIntegration GetLogAnomalyDetector GetLogFields GetLogObject GetLookupTable
        GetScheduledQuery GetScheduledQueryHistory GetStorageTierPolicy
        ListAggregateLogGroupSummaries ListAnomalies ListIntegrations ListLogAnomalyDetectors
        ListScheduledQueries ListSourcesForS3TableIntegration ListSyslogConfigurations
        PutBearerTokenAuthentication PutDeliveryDestination PutDeliveryDestinationPolicy
        PutDeliverySource PutIntegration PutStorageTierPolicy PutSyslogConfiguration
        UpdateAnomaly UpdateDeliveryConfiguration UpdateLogAnomalyDetector UpdateLookupTable
        UpdateScheduledQuery
    """,
    # Directory buckets, metadata tables, annotations, and answers of Object Lambda.
    "s3": """
        CreateBucketMetadataConfiguration CreateBucketMetadataTableConfiguration CreateSession
        DeleteBucketMetadataConfiguration DeleteBucketMetadataTableConfiguration
        DeleteObjectAnnotation GetBucketMetadataConfiguration
        GetBucketMetadataTableConfiguration GetObjectAnnotation ListDirectoryBuckets
        ListObjectAnnotations PutObjectAnnotation RenameObject
        UpdateBucketMetadataAnnotationTableConfiguration
        UpdateBucketMetadataInventoryTableConfiguration
        UpdateBucketMetadataJournalTableConfiguration UpdateObjectEncryption
        WriteGetObjectResponse
    """,
    "sns": "",
    "sqs": "",
    # The caller is in the token of an identity provider.
    "sts": "AssumeRoleWithSAML AssumeRoleWithWebIdentity",
}
"""The operations that are left out on purpose: they are refused, never waved through."""

NOT_WITH_EVERYTHING = {
    ("dynamodb", "CreateTable"),
    ("dynamodb", "UpdateTable"),
    ("events", "PutEvents"),
}
"""What is refused for some of its parameters: replicas and global endpoints."""

PASSED_ELSEWHERE = {
    ("cloudformation", "DescribeStacks"),
    ("sts", "AssumeRole"),
}
"""Whose parameter names a role that the caller takes or reads, and hands to nobody."""

ROLE_PARAMETERS = {"Role", "RoleArn", "roleArn", "importRoleArn", "executionRoleArn"}


def _tags_of(service: str, operation: str) -> set[str]:
    """Return the members of an operation that hold tags, or keys of tags, by their shape."""
    known = members(service, operation)
    return {name for name in TAG_LISTS if name in known and known[name].type_name != "string"}


CALLS = [
    pytest.param(*row, everything, id=f"{'.'.join(row)}-{'all' if everything else 'fewest'}")
    for everything in (False, True)
    for row in ROWS
    if not (everything and row in NOT_WITH_EVERYTHING)
]
"""Every operation, with the fewest parameters that its model allows, and with all of them."""


@pytest.mark.parametrize("service", sorted(TABLE))
def test_the_table_and_what_is_left_out_make_up_the_service(service: str) -> None:
    left_out = set(UNCOVERED[service].split())
    offered = set(MODELS.get_service_model(service).operation_names)
    assert left_out == offered - set(TABLE[service])


@pytest.mark.parametrize("service", sorted(TABLE))
def test_every_operation_of_the_table_exists(service: str) -> None:
    assert set(TABLE[service]) <= set(MODELS.get_service_model(service).operation_names)


@pytest.mark.parametrize(("service", "operation", "everything"), CALLS)
def test_every_row_takes_what_the_model_allows(
    service: str,
    operation: str,
    everything: bool,  # noqa: FBT001 - pytest gives parameters by position
) -> None:
    found = needed_by(service, operation, parameters(service, operation, everything=everything))
    assert found
    for requirement in found:
        assert re.fullmatch(r"[a-z0-9]+:[A-Z][A-Za-z0-9]+", requirement.action)
        assert re.fullmatch(r"\*|\+\d+|arn:aws:[^:]+:[^:]*:[^:]*:.+", requirement.resource)
        for key, value in requirement.context.items():
            assert re.match(r"[a-z0-9]+:[^:]", key)
            assert isinstance(value, str | tuple)
            assert value != ()


@pytest.mark.parametrize(("service", "operation", "everything"), CALLS)
def test_no_row_asks_for_a_parameter_that_the_service_does_not_have(
    service: str,
    operation: str,
    everything: bool,  # noqa: FBT001 - pytest gives parameters by position
) -> None:
    given = parameters(service, operation, everything=everything)
    needed_by(service, operation, given)
    of_the_service = {name for other in TABLE[service] for name in members(service, other)}
    assert given.unknown() - of_the_service - {*TAG_LISTS, "TagKey"} == set()


@pytest.mark.parametrize(("service", "operation"), [row for row in ROWS if _tags_of(*row)])
def test_tags_in_a_call_are_condition_keys(service: str, operation: str) -> None:
    given = parameters(
        service, operation, everything=(service, operation) not in NOT_WITH_EVERYTHING
    )
    for name in _tags_of(service, operation) - set(given):
        given[name] = [{"Key": "team", "Value": "photos"}]
    found = needed_by(service, operation, given)
    assert [r.action for r in found if "aws:TagKeys" in r.context]


@pytest.mark.parametrize(
    ("service", "operation"),
    [row for row in ROWS if ROLE_PARAMETERS & set(members(*row)) and row not in PASSED_ELSEWHERE],
)
def test_a_role_in_a_call_is_passed(service: str, operation: str) -> None:
    found = needed_by(service, operation, parameters(service, operation, everything=True))
    (passed,) = [r for r in found if r.action == "iam:PassRole"]
    assert ":role/" in passed.resource or passed.resource.startswith("arn:aws:thing")
    assert str(passed.context["iam:PassedToService"]).endswith(".amazonaws.com")


def test_no_action_is_called_a_batch_of_messages() -> None:
    actions = {
        requirement.action
        for service in ("sqs", "sns")
        for operation in TABLE[service]
        for requirement in needed_by(
            service, operation, parameters(service, operation, everything=True)
        )
    }
    assert not [action for action in actions if action.endswith("Batch")]


@pytest.mark.parametrize(("service", "operation"), sorted(NOT_WITH_EVERYTHING))
def test_what_is_refused_for_some_parameters_says_so(service: str, operation: str) -> None:
    with pytest.raises(UnknownOperationError, match=r"not modelled"):
        needed_by(service, operation, parameters(service, operation, everything=True))


@pytest.mark.parametrize("service", sorted(UNCOVERED))
def test_what_is_left_out_is_refused_by_name(service: str) -> None:
    for operation in UNCOVERED[service].split():
        with pytest.raises(UnknownOperationError, match=f"{service}:{operation} needs is not"):
            needed_by(service, operation, {})


def test_what_the_models_do_not_require_is_said_for_operations_of_the_table() -> None:
    assert not set(NEEDED_TOO) - set(ROWS)
