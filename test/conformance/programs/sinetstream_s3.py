"""SINETStream's own plugin for S3: writes messages, or reads all that are there, as a JSON task says; reports as JSON."""
import json
import sys

from sinetstream import MessageReader, MessageWriter

task = json.loads(sys.argv[1])
service = {"type": "s3", "no_config": True, "value_type": "byte_array", **task["service"]}

if "write" in task:
    with MessageWriter(topic=task["topic"], **service) as writer:
        for value, seconds in task["write"]:
            writer.publish(bytes.fromhex(value), timestamp=seconds)
        print(json.dumps({"uuid": writer.info("s3.writer.uuid"), "seqno": writer.info("s3.writer.seqno")}))
else:
    with MessageReader(topics=[task["topic"]], **service) as reader:
        messages = [[message.value.hex(), message.timestamp_us, message.topic] for message in reader]
    print(json.dumps({"messages": messages}))
