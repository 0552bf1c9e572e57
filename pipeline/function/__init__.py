"""The code that Lambda runs: S3 photos in, thumbnails and items out.

The folder is deployed by itself: a zip that contains it as the package ``function``, beside
Pillow, with the handler string ``function.handler.handler``. It imports nothing of its siblings.
"""
