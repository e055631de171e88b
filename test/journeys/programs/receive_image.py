"""Fetches the picture from the cache into a file."""
import os

import redis

cache = redis.Redis(
    host="127.0.0.1", port=int(os.environ["REDIS_PORT"]), db=1, password=os.environ["REDIS_PASSWORD"]
)
with open(os.environ["IMAGE_FILE"], "wb") as image:
    image.write(cache.get("fromKafka"))
