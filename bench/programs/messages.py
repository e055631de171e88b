"""The same roles as messages.ts, with SINETStream for Python: see there."""
import json
import sys
import time
from collections import deque

from sinetstream import AsyncMessageWriter, MessageReader, MessageWriter

role, parameters, count, size = json.loads(sys.argv[1]), json.loads(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
value = b"x" * size


def say(result):
    sys.stdout.write(json.dumps(result) + "\n")
    sys.stdout.flush()


def percentiles(milliseconds):
    milliseconds.sort()
    return {
        "p50Ms": milliseconds[len(milliseconds) // 2],
        "p99Ms": milliseconds[len(milliseconds) * 99 // 100],
    }


if role == "write each":
    with MessageWriter(no_config=True, **parameters) as writer:
        writer.publish(value)
        begin = time.perf_counter()
        for _ in range(count):
            writer.publish(value)
        say({"seconds": time.perf_counter() - begin})
elif role == "write many":
    with AsyncMessageWriter(no_config=True, **parameters) as writer:
        writer.publish(value).get()
        begin = time.perf_counter()
        under_way = deque()
        for _ in range(count):
            if len(under_way) == 1000:
                under_way.popleft().get()
            under_way.append(writer.publish(value))
        for promise in under_way:
            promise.get()
        say({"seconds": time.perf_counter() - begin})
elif role == "read":
    with MessageReader(no_config=True, **parameters) as reader:
        say("open")
        heard = 0
        for message in reader:
            if heard == 0:
                begin = time.perf_counter()
            heard += 1
            if heard == count:
                break
        say({"seconds": time.perf_counter() - begin})
elif role == "there and back":
    with MessageReader(no_config=True, receive_timeout_ms=1000, **parameters) as reader:
        with MessageWriter(no_config=True, **parameters) as writer:
            # A Kafka reader begins at the end, wherever that is when it gets there.
            heard = 0
            while heard == 0:
                writer.publish(value)
                for message in reader:
                    heard += 1
            messages = iter(reader)
            took = []
            for _ in range(count):
                begin = time.perf_counter()
                writer.publish(value)
                next(messages)
                took.append((time.perf_counter() - begin) * 1000)
            say(percentiles(took[count // 10 :]))
