"""What a program with paho-mqtt (1 or 2) does: python paho_round_trip.py PORT PROTOCOL TRANSPORT."""
import json
import sys
import threading

import paho.mqtt.client as mqtt

port, protocol, transport = int(sys.argv[1]), getattr(mqtt, sys.argv[2]), sys.argv[3]
topic = f"paho/{sys.argv[2]}/{transport}"
count = 200
heard = {0: [], 1: [], 2: []}
all_heard, subscribed = threading.Event(), threading.Event()


def on_message(client, userdata, message):
    heard[int(message.topic.rsplit("/", 1)[1])].append(int(message.payload))
    if all(len(numbers) >= count for numbers in heard.values()):
        all_heard.set()


def make(name):
    settings = {"client_id": f"{name}-{sys.argv[2]}-{transport}", "protocol": protocol, "transport": transport}
    if hasattr(mqtt, "CallbackAPIVersion"):
        settings["callback_api_version"] = mqtt.CallbackAPIVersion.VERSION2
    client = mqtt.Client(**settings)
    client.max_inflight_messages_set(20)
    client.connect("127.0.0.1", port)
    client.loop_start()
    return client


reader = make("reader")
reader.on_message = on_message
reader.on_subscribe = lambda *_: subscribed.set()
reader.subscribe([(f"{topic}/{qos}", qos) for qos in heard])
assert subscribed.wait(60), "not subscribed"

writer = make("writer")
sent = [writer.publish(f"{topic}/{qos}", str(number), qos) for number in range(count) for qos in heard]
for information in sent:
    information.wait_for_publish(60)
in_time = all_heard.wait(60)
for client in (writer, reader):
    client.disconnect()
    client.loop_stop()
print(json.dumps({
    "in_time": in_time,
    "published": all(information.is_published() for information in sent),
    "in_order": all(numbers == list(range(count)) for numbers in heard.values()),
}))
