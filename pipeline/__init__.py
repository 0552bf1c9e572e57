"""The real thumbnail pipeline: S3, SQS, Lambda and DynamoDB code on an emulated cloud.

Plain Python, boto3 and Pillow; it knows nothing of the study app and is usable alone:
``python -m pipeline run PHOTO``.
"""
