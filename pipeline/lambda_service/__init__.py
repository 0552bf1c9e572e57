"""The Lambda service: what polls, invokes, retries and logs; the function itself is elsewhere."""
