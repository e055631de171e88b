"""SINETStream's own coding: reads questions as JSON lines, writes an answer for each.

A question has the parameters, a message that another encoder made with them, and a value to encode with them.
"""
import json
import logging
import sys

from sinetstream.codec import SINETStreamMessageDecoder, SINETStreamMessageEncoder
from sinetstream.compression import compression_registry

logging.disable(logging.CRITICAL)


def with_keys(params):
    """JSON has neither bytes nor numbers as keys."""
    crypto = params.get("crypto", {})
    if "key" in crypto:
        crypto["key"] = bytes.fromhex(crypto["key"])
    if "_keys" in crypto:
        crypto["_keys"] = {int(version): bytes.fromhex(key) for version, key in crypto["_keys"].items()}
    return params


def answer(question):
    params = with_keys(question["params"])
    algorithm = params.get("compression", {}).get("algorithm", "gzip")
    if compression_registry.get(algorithm) is None:
        return {"missing": algorithm}
    with SINETStreamMessageDecoder(topics=["t"], **params) as decoder:
        message = decoder.decode(bytes.fromhex(question["message"]))
    seconds = question["seconds"]
    with SINETStreamMessageEncoder(topic="t", **params) as encoder:
        encoded = encoder.encode(bytes.fromhex(question["value"]), timestamp=seconds)
    return {
        "value": message.value.hex(),
        "timestamp_us": message.timestamp_us,
        "message": encoded.hex(),
        "encoded_timestamp_us": int(seconds * 1000_000),
    }


for line in sys.stdin:
    try:
        told = answer(json.loads(line))
    except Exception as error:
        told = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(told))
