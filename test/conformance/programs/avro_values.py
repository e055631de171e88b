"""Reads lines of [schema, base64]: says what Apache's avro and fastavro decode, and how they encode it again."""
import base64
import io
import json
import sys

import avro.io
import avro.schema
import fastavro


def with_avro(text, data):
    schema = avro.schema.parse(text)
    value = avro.io.DatumReader(schema).read(avro.io.BinaryDecoder(io.BytesIO(data)))
    out = io.BytesIO()
    avro.io.DatumWriter(schema).write(value, avro.io.BinaryEncoder(out))
    return value, out.getvalue()


def with_fastavro(text, data):
    schema = fastavro.parse_schema(json.loads(text))
    value = fastavro.schemaless_reader(io.BytesIO(data), schema, None)
    out = io.BytesIO()
    fastavro.schemaless_writer(out, schema, value)
    return value, out.getvalue()


def shown(value):
    """JSON in which bytes and numbers keep what they are."""
    if isinstance(value, dict):
        return {key: shown(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shown(item) for item in value]
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return {"number": str(int(value)) if value == int(value) else repr(value)}
    return value


def answer(codec, text, data):
    try:
        value, encoded = codec(text, data)
        return {"value": shown(value), "encoded": base64.b64encode(encoded).decode()}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


lines = [json.loads(line) for line in sys.stdin]
print(
    json.dumps(
        [
            [answer(codec, text, base64.b64decode(data)) for codec in (with_avro, with_fastavro)]
            for text, data in lines
        ]
    )
)
