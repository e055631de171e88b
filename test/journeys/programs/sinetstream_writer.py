"""Publishes each line of its input: python sinetstream_writer.py SERVICE sync|async.

The service name alone decides whether the lines go to Kafka or to MQTT. A line that could not be
published is published again, as a writer does that must lose nothing.
"""
import sys
import time

from sinetstream import AsyncMessageWriter, MessageWriter

service, style = sys.argv[1:]
client_id = f"writer-{service}-{style}"


def persist(publish):
    while True:
        try:
            return publish()
        except Exception as error:  # whatever a broker that is away looks like
            print(f"again: {error!r}", file=sys.stderr)
            time.sleep(0.2)


if style == "sync":
    with MessageWriter(service, client_id=client_id, value_type="text") as writer:
        print("open")
        for line in sys.stdin:
            persist(lambda: writer.publish(line.rstrip("\n")))
            print(f"sent {line}", end="")
else:
    with AsyncMessageWriter(service, client_id=client_id, value_type="text") as writer:
        print("open")
        for line in sys.stdin:
            persist(lambda: writer.publish(line.rstrip("\n")).get(timeout=10))
            print(f"sent {line}", end="")
