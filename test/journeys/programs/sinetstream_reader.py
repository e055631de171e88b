"""Prints each message that it is given: python sinetstream_reader.py SERVICE sync|async."""
import sys
import threading

from sinetstream import AsyncMessageReader, MessageReader

service, style = sys.argv[1:]
client_id = f"reader-{service}-{style}"


def show(message):
    # One write a line: the asynchronous reader calls from many threads.
    sys.stdout.write(f"{message.topic} {message.value}\n")


if style == "sync":
    with MessageReader(service, client_id=client_id, value_type="text") as reader:
        print("open")
        for message in reader:
            show(message)
else:
    with AsyncMessageReader(service, client_id=client_id, value_type="text") as reader:
        reader.on_message = show
        print("open")
        threading.Event().wait()
