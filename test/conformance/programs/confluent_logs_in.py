"""confluent-kafka logs in: python confluent_logs_in.py BROKERS MECHANISM USER PASSWORD.

With OAUTHBEARER the password is the token. Prints what was read back, or the error's name.
"""
import json
import sys
import time

from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition

brokers, mechanism, user, password = sys.argv[1:]
failures = []
login = {
    "bootstrap.servers": brokers,
    "security.protocol": "SASL_PLAINTEXT",
    "sasl.mechanism": mechanism,
    "error_cb": failures.append,
}
if mechanism == "OAUTHBEARER":
    login["oauth_cb"] = lambda config: (password, time.time() + 3600)
else:
    login.update({"sasl.username": user, "sasl.password": password})

delivered = []
producer = Producer({**login, "message.timeout.ms": 60000})
producer.produce("from-confluent", b"hello", on_delivery=lambda error, message: delivered.append((error, message)))
until = time.time() + 60
while not delivered and time.time() < until:
    producer.poll(0.1)
    if any(error.code() == KafkaError._AUTHENTICATION for error in failures):
        print(json.dumps({"error": "_AUTHENTICATION", "says": str(failures[0])}))
        sys.exit()

[(error, message)] = delivered
consumer = Consumer({**login, "group.id": "confluent"})
consumer.assign([TopicPartition("from-confluent", message.partition(), message.offset())])
read = consumer.poll(60)
consumer.close()
print(json.dumps({"read": read.value().decode()}))
