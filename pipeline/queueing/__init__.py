"""Queues by themselves: what SQS documents of messages, without a network or a clock."""
