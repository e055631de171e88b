"""Sends each line that is typed to a topic, over mutual TLS."""

import sys

from confluent_kafka import Producer

brokers, topic, password = sys.argv[1:]

producer = Producer({
    'bootstrap.servers': brokers,
    'security.protocol': 'SSL',
    'ssl.ca.location': './auth/ca.crt',
    'ssl.keystore.location': './auth/kafka.keystore.pkcs12',
    'ssl.keystore.password': password,
    'ssl.endpoint.identification.algorithm': 'none',
})

while True:
    producer.produce(topic, input('> ').encode('utf-8'))
    producer.flush()
