"""python sinetstream_crossed.py write|read SERVICE…: messages of many services as lines of text.

write: each line of the input, "SERVICE BASE64 MICROSECONDS", is published; "sent SERVICE" follows.
read: each message is printed as "SERVICE TOPIC BASE64 MICROSECONDS".
"""
import base64
import sys
import threading

from sinetstream import MessageReader, MessageWriter

direction, *services = sys.argv[1:]


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if direction == "write":
    writers = {name: MessageWriter(name, client_id=f"python-writer-{name}") for name in services}
    for writer in writers.values():
        writer.open()
    say("open")
    for line in sys.stdin:
        name, text, microseconds = line.split()
        writers[name].publish(base64.b64decode(text), int(microseconds) / 1_000_000)
        say(f"sent {name}")
else:

    def read(name, reader):
        for message in reader:
            text = base64.b64encode(message.value).decode()
            say(f"{name} {message.topic} {text} {message.timestamp_us}")

    readers = {name: MessageReader(name, client_id=f"python-reader-{name}") for name in services}
    for name, reader in readers.items():
        reader.open()
        threading.Thread(target=read, args=(name, reader), daemon=True).start()
    say("open")
    sys.stdin.read()
