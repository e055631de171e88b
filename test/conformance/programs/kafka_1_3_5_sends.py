"""kafka 1.3.5 of 2017, which still sends message sets: python kafka_1_3_5_sends.py BROKERS TOPIC."""
import json
import sys

from kafka import KafkaProducer

brokers, topic = sys.argv[1:]
acked = []
for compression in (None, "gzip"):
    producer = KafkaProducer(bootstrap_servers=[brokers], compression_type=compression)
    for number in range(3):
        metadata = producer.send(topic, key=b"key", value=b"value-%d" % number).get(timeout=60)
        acked.append(metadata.offset)
    producer.close()
print(json.dumps({"acked": acked}))
