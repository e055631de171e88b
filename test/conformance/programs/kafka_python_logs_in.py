"""kafka-python of any age logs in: python kafka_python_logs_in.py BROKERS MECHANISM USER PASSWORD SECONDS.

With OAUTHBEARER the password is the token, and a login is tried for so many seconds. Prints what was sent or
read back, or the error's name.
"""
import json
import sys

import kafka
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka import errors

brokers, mechanism, user, password, seconds = sys.argv[1:]


def token_provider():
    try:
        from kafka.net.sasl.oauth import AbstractTokenProvider
    except ImportError:
        from kafka.oauth import AbstractTokenProvider

    class Provider(AbstractTokenProvider):
        def __init__(self, **config):
            super().__init__(**config) if config else None

        def token(self):
            return password

    return Provider()


login = {"security_protocol": "SASL_PLAINTEXT", "sasl_mechanism": mechanism}
if mechanism == "OAUTHBEARER":
    login["sasl_oauth_token_provider"] = token_provider()
else:
    login.update(sasl_plain_username=user, sasl_plain_password=password)

topic = "from-python"
# It is called by another name in each line.
waits = ["max_block_ms", "bootstrap_timeout_ms"]
patience = {name: int(seconds) * 1000 for name in waits if name in KafkaProducer.DEFAULT_CONFIG}
try:
    producer = KafkaProducer(bootstrap_servers=[brokers], **patience, **login)
    offset = producer.send(topic, b"hello").get(timeout=60).offset
    producer.close()
    if kafka.__version__.startswith("1."):
        # It reads by Fetch requests that Apache Kafka 4 does not know any more.
        print(json.dumps({"sent": offset >= 0}))
        sys.exit()
    consumer = KafkaConsumer(
        bootstrap_servers=[brokers], auto_offset_reset="earliest", consumer_timeout_ms=60000, **login
    )
    place = TopicPartition(topic, 0)
    consumer.assign([place])
    consumer.seek(place, offset)
    print(json.dumps({"read": next(consumer).value.decode()}))
except Exception as error:
    known = isinstance(error, (errors.KafkaError, AssertionError))
    print(json.dumps({"error": type(error).__name__, "known": known, "says": str(error)}))
