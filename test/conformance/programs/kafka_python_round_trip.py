"""What a program with kafka-python (either line) does: python kafka_python_round_trip.py BROKERS."""
import json
import sys

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic
from kafka.errors import TopicAlreadyExistsError

brokers = sys.argv[1]
topic = "kafka-python"
told = {}

admin = KafkaAdminClient(bootstrap_servers=brokers)
admin.create_topics([NewTopic(name=topic, num_partitions=3, replication_factor=1)])
try:
    admin.create_topics([NewTopic(name=topic, num_partitions=3, replication_factor=1)])
except TopicAlreadyExistsError:
    told["second_create"] = "already exists"

producer = KafkaProducer(bootstrap_servers=brokers, value_serializer=lambda value: json.dumps(value).encode())
futures = [
    producer.send(topic, key=b"key-%d" % (number % 7), value={"number": number}, headers=[("unit", b"C")])
    for number in range(100)
]
acked = [future.get(timeout=60) for future in futures]
told["acked"] = len({(metadata.partition, metadata.offset) for metadata in acked})
producer.close()

without_answer = KafkaProducer(bootstrap_servers=brokers, acks=0)
without_answer.send(topic, partition=0, value=b"{}").get(timeout=60)
without_answer.flush()
without_answer.close()


def member():
    return KafkaConsumer(
        topic,
        bootstrap_servers=brokers,
        group_id="kafka-python-readers",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        consumer_timeout_ms=60000,
    )


first = member()
numbers, headers = [], set()
for record in first:
    value = json.loads(record.value)
    if "number" in value:
        numbers.append(value["number"])
        headers.update((name, bytes(content).decode()) for name, content in record.headers)
    if len(numbers) == 60:
        break
first.commit()
told["headers"] = sorted(headers)
first.close()

second = member()
rest = []
for record in second:
    value = json.loads(record.value)
    if "number" in value:
        rest.append(value["number"])
    if len(rest) == 40:
        break
told["read_once"] = sorted(numbers + rest) == list(range(100))
second.close()

lone = KafkaConsumer(bootstrap_servers=brokers, consumer_timeout_ms=5000)
parts = [TopicPartition(topic, part) for part in sorted(lone.partitions_for_topic(topic))]
told["partitions"] = len(parts)
ends = lone.end_offsets(parts)
told["records"] = sum(ends.values()) - sum(lone.beginning_offsets(parts).values())
lone.assign(parts)
lone.seek_to_beginning(*parts)
by_time = lone.offsets_for_times({part: 0 for part in parts})
told["first_by_time"] = [found.offset if found else None for found in by_time.values()]
lone.close()

admin.delete_topics([topic])
admin.close()
print(json.dumps(told))
