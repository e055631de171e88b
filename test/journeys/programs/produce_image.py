"""Sends a picture as one record, for a cache to keep."""
import json
import os

from confluent_kafka import Producer

producer = Producer(json.load(open(os.environ["CRED_FILE"])))
with open(os.environ["IMAGE_FILE"], "rb") as image:
    value = image.read()
producer.produce("ToRedis", key="fromKafka", value=value)
producer.flush()
print("message was produced to topic ToRedis!")
