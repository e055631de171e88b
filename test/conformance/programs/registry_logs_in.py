"""Confluent's registry client for Python at a door with TLS and logins; its report as JSON."""
import json
import sys

from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
from confluent_kafka.schema_registry.error import SchemaRegistryError

url, subject, given = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
client = SchemaRegistryClient({'url': url, **given})
try:
    client.register_schema(subject, Schema('"long"', 'AVRO'))
    said = client.get_latest_version(subject).schema.schema_str
except SchemaRegistryError as error:
    said = [error.http_status_code, error.error_code, error.error_message]
except Exception as error:  # What the connection says of certificates.
    said = type(error).__name__
print(json.dumps({'said': said}))
