"""What a program with confluent-kafka does: python confluent_round_trip.py BROKERS."""
import json
import sys
import time

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic

brokers = sys.argv[1]
topic = "confluent"
told = {}

admin = AdminClient({"bootstrap.servers": brokers})
admin.create_topics([NewTopic(topic, 4, 1, config={"retention.ms": "60000"})])[topic].result(20)
try:
    admin.create_topics([NewTopic(topic, 4, 1)])[topic].result(20)
except KafkaException as error:
    told["second_create"] = error.args[0].name()
resource = ConfigResource("topic", topic)
told["retention"] = admin.describe_configs([resource])[resource].result(20)["retention.ms"].value


def deliver(count, **settings):
    """Produces numbered records and returns how many distinct places they were acknowledged at."""
    places = set()
    producer = Producer({"bootstrap.servers": brokers, **settings})

    def on_delivery(error, message):
        if error is None:
            places.add((message.partition(), message.offset()))

    for number in range(count):
        producer.produce(topic, key=str(number % 9), value=str(number), headers={"unit": "C"}, on_delivery=on_delivery)
    producer.flush(60)
    return len(places)


told["plain"] = deliver(100)
told["idempotent"] = deliver(100, **{"enable.idempotence": True})
told["compressed"] = [
    deliver(100, **{"compression.type": codec, "linger.ms": 50}) for codec in ("gzip", "snappy", "lz4", "zstd")
]


def read(count, assigned=None):
    """Reads so many records as a member of a group, commits and leaves."""
    consumer = Consumer({
        "bootstrap.servers": brokers,
        "group.id": "confluent-readers",
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
    })
    consumer.subscribe([topic], on_assign=lambda _, parts: assigned.extend(parts) if assigned is not None else None)
    places = set()
    end = time.monotonic() + 60
    while len(places) < count and time.monotonic() < end:
        for message in consumer.consume(count - len(places), timeout=1):
            if message.error() is None:
                places.add((message.partition(), message.offset()))
                told["headers"] = [[name, value.decode()] for name, value in message.headers()]
    consumer.commit(asynchronous=False)
    consumer.close()
    return places


assigned = []
first = read(250, assigned)
second = read(350)
told["assigned"] = len(assigned)
told["read_once"] = len(first | second) == 600 and not first & second

watcher = Consumer({"bootstrap.servers": brokers, "group.id": "confluent-readers"})
committed = watcher.committed([TopicPartition(topic, part) for part in range(4)], timeout=20)
told["committed"] = sum(part.offset for part in committed)
told["ends"] = sum(watcher.get_watermark_offsets(TopicPartition(topic, part), timeout=20)[1] for part in range(4))
by_time = watcher.offsets_for_times([TopicPartition(topic, part, 0) for part in range(4)], timeout=20)
told["first_by_time"] = [part.offset for part in by_time]
watcher.close()

told["groups"] = "confluent-readers" in [group.id for group in admin.list_groups(timeout=20)]
admin.delete_topics([topic])[topic].result(20)
print(json.dumps(told))
