"""The speed layer's producer, its broker and topic by environment."""
import json
import os

from kafka import KafkaProducer

TOPIC = os.environ["KAFKA_TOPIC"]

producer = KafkaProducer(
    bootstrap_servers=[os.environ["KAFKA_BROKERS"]],
    value_serializer=lambda v: json.dumps(v).encode("utf-8"),
)
future = producer.send(TOPIC, value="Hello")
try:
    record_metadata = future.get(timeout=10)
    print("Messages are sent to parition: {}".format(record_metadata))
except Exception as e:
    print(e)
producer.flush()
producer.close()
