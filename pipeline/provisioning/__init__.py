"""Creates a topology with boto3, resource by resource, as its owner would.

The account's root user makes one IAM user, the learner, with an administrator's policy; the learner
makes everything else. The order is the one that works on AWS: dead-letter queues before the queues
that name them, policies before the notification configuration and the mappings that S3 and Lambda
test, and roles before functions.
"""

from pipeline.provisioning.functions import deployment_package, permission_of
from pipeline.provisioning.steps import LEARNER, create_learner, creation_steps

__all__ = ["LEARNER", "create_learner", "creation_steps", "deployment_package", "permission_of"]
