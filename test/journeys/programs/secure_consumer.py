"""Prints what comes to a topic, over mutual TLS, as one of a group."""

import sys

from confluent_kafka import Consumer

broker, topic, password = sys.argv[1:]

consumer = Consumer({
    'bootstrap.servers': broker,
    'group.id': 'new',
    'auto.offset.reset': 'earliest',
    'enable.auto.commit': 'true',
    'security.protocol': 'SSL',
    'ssl.ca.location': './auth/ca.crt',
    'ssl.keystore.location': './auth/kafka.keystore.pkcs12',
    'ssl.keystore.password': password,
    'ssl.endpoint.identification.algorithm': 'none',
})


def assigned(_, partitions):
    print('Assigned', len(partitions), 'partitions')


consumer.subscribe([topic], on_assign=assigned)

while True:
    message = consumer.poll(1.0)
    if message is None:
        continue
    if message.error():
        print('Consumer error:', message.error())
        continue
    print(message.value())
