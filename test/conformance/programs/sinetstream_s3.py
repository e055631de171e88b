"""SINETStream's own plugin for S3, or for Kafka: writes messages, or reads all that are there, as a JSON task says; reports as JSON."""
import json
import sys

from sinetstream import MessageReader, MessageWriter

task = json.loads(sys.argv[1])
service = {"type": "s3", "no_config": True, "value_type": "byte_array", **task["service"]}

if "write" in task:
    with MessageWriter(topic=task["topic"], **service) as writer:
        for value, seconds in task["write"]:
            writer.publish(bytes.fromhex(value), timestamp=seconds)
        # The plugin for Kafka knows nothing of itself.
        facts = ["uuid", "seqno"] if service["type"] == "s3" else []
        print(json.dumps({fact: writer.info(f"s3.writer.{fact}") for fact in facts}))
else:
    with MessageReader(topics=[task["topic"]], **service) as reader:
        messages = [[message.value.hex(), message.timestamp_us, message.topic] for message in reader]
    print(json.dumps({"messages": messages}))
