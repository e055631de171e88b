"""A smart meter that writes Avro under a schema id that was typed in. COUNT readings, numbered from 0."""
import io
import json
import os
import random
import time

import avro.io
import avro.schema
from confluent_kafka import Producer

conf = json.load(open(os.environ["CRED_FILE"]))
topic = "Readings"
schema_id = int(os.environ["SCHEMA_ID"])
count = int(os.environ["COUNT"])
interval = float(os.environ.get("INTERVAL", "0.5"))
random.seed(int(os.environ.get("SEED", "1")))

schema = avro.schema.parse(open(os.environ["SCHEMA_FILE"]).read())
producer = Producer(conf)

PROFILES = {
    "boston": {"temp": (51.3, 17.7), "humd": (77.4, 18.7), "pres": (1.019, 0.091)},
    "denver": {"temp": (49.5, 19.3), "humd": (33.0, 13.9), "pres": (1.512, 0.341)},
    "losang": {"temp": (63.9, 11.7), "humd": (62.8, 21.8), "pres": (1.215, 0.201)},
}


def acked(err, msg):
    if err is not None:
        print("Failed to deliver message: {}".format(err))
    else:
        print(
            "Produced record to topic {} partition [{}] @ offset {}".format(
                msg.topic(), msg.partition(), msg.offset()
            )
        )


for number in range(count):
    name = random.choice(list(PROFILES))
    profile = PROFILES[name]
    reading = {
        "ID": number,
        "profile_name": name,
        "temperature": max(0.0, random.normalvariate(*profile["temp"])),
        "humidity": max(0.0, min(random.normalvariate(*profile["humd"]), 100.0)),
        "pressure": max(0.0, random.normalvariate(*profile["pres"])),
        "modified": int(1000 * time.time()),
    }
    for _ in range(3):
        if random.randint(0, 9) == 0:
            reading[random.choice(["temperature", "humidity", "pressure"])] = None
    buffer = io.BytesIO()
    avro.io.DatumWriter(schema).write(reading, avro.io.BinaryEncoder(buffer))
    value = schema_id.to_bytes(5, "big") + buffer.getvalue()
    producer.produce(topic, value=value, on_delivery=acked)
    producer.poll(0)
    time.sleep(interval)
producer.flush()
