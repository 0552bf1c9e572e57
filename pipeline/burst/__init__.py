"""A burst: many photos at once, and an account of every one of them."""
