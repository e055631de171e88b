"""Writes a record and reads it back over mutual TLS with kafka-python, verifying the server's name."""

import sys

from kafka import KafkaConsumer, KafkaProducer

broker, ca, certificate, key = sys.argv[1:]
secure = {
    'bootstrap_servers': broker,
    'security_protocol': 'SSL',
    'ssl_cafile': ca,
    'ssl_certfile': certificate,
    'ssl_keyfile': key,
}

producer = KafkaProducer(**secure)
producer.send('over-tls', b'by kafka-python').get(60)
producer.close()

consumer = KafkaConsumer('over-tls', auto_offset_reset='earliest', consumer_timeout_ms=60000, **secure)
print(next(iter(consumer)).value.decode())
consumer.close()
