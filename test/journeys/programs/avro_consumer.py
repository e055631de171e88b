"""Prints what came back from the database: five bytes are skipped, the schema was pasted into a file."""
import io
import json
import os

import avro.io
import avro.schema
from confluent_kafka import Consumer

conf = json.load(open(os.environ["CRED_FILE"]))
conf["group.id"] = "python_example_group_1"
conf["auto.offset.reset"] = "earliest"
conf["session.timeout.ms"] = 45000
count = int(os.environ["COUNT"])

schema = avro.schema.parse(open(os.environ["SCHEMA_FILE"]).read())
reader = avro.io.DatumReader(schema)
consumer = Consumer(conf)
consumer.subscribe(["SM_Readings"])
seen = 0
try:
    while seen < count:
        msg = consumer.poll(1.0)
        if msg is None:
            continue
        if msg.error():
            print("error: {}".format(msg.error()))
            continue
        value = msg.value()
        data = reader.read(avro.io.BinaryDecoder(io.BytesIO(value[5:])))
        print("Consumed record with key {} and value {}".format(msg.key(), data), flush=True)
        seen += 1
finally:
    consumer.close()
