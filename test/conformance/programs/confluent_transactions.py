"""Commits, aborts and commits again, and reads what is left as a group: BROKERS TOPIC GROUP."""
import json
import sys

from confluent_kafka import Consumer, KafkaError, Producer

brokers, topic, group = sys.argv[1:]
per_transaction = 10
producer = Producer({"bootstrap.servers": brokers, "transactional.id": "plan"})
producer.init_transactions(60)
number = 0
for is_committed in (True, False, True, False, True):
    producer.begin_transaction()
    for _ in range(per_transaction):
        producer.produce(topic, value=str(number))
        number += 1
    producer.flush(60)
    if is_committed:
        producer.commit_transaction(60)
    else:
        producer.abort_transaction(60)

# A commit is acknowledged before its markers are in the partitions; whoever takes the id over waits for them.
Producer({"bootstrap.servers": brokers, "transactional.id": "plan"}).init_transactions(60)

consumer = Consumer({
    "bootstrap.servers": brokers,
    "group.id": group,
    "auto.offset.reset": "earliest",
    "isolation.level": "read_committed",
    "enable.partition.eof": True,
    "enable.auto.commit": False,
})
consumer.subscribe([topic])
read = []
while True:
    message = consumer.poll(60)
    assert message is not None, "nothing comes, not even the end"
    if message.error():
        assert message.error().code() == KafkaError._PARTITION_EOF, message.error()
        break
    read.append(message.value().decode())
consumer.commit(offsets=consumer.position(consumer.assignment()), asynchronous=False)
consumer.close()
print(json.dumps({"read": read}))
