"""The gate that every API call passes, whoever makes it."""
