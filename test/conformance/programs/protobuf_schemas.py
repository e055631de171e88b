"""What Google's protobuf for Python makes of our descriptors and records: python protobuf_schemas.py FILE.

FILE holds a JSON list of {descriptor, message, records: [{bytes, json}]}. Every descriptor is loaded;
every record is decoded, and built again from its JSON. The report has one answer a schema.
"""
import base64
import json
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from google.protobuf import (  # noqa: F401: what schemas import
    any_pb2, api_pb2, duration_pb2, empty_pb2, field_mask_pb2, source_context_pb2, struct_pb2,
    timestamp_pb2, type_pb2, wrappers_pb2,
)
from google.type import date_pb2, latlng_pb2, money_pb2  # noqa: F401
from confluent_kafka.schema_registry.confluent import meta_pb2  # noqa: F401


def pool_with_known():
    pool = descriptor_pool.DescriptorPool()
    default = descriptor_pool.Default()
    added = set()

    def add(name):
        if name in added:
            return
        added.add(name)
        proto = descriptor_pb2.FileDescriptorProto()
        default.FindFileByName(name).CopyToProto(proto)
        for dependency in proto.dependency:
            add(dependency)
        pool.Add(proto)

    return pool, add


def answer(schema):
    proto = descriptor_pb2.FileDescriptorProto()
    proto.ParseFromString(base64.b64decode(schema["descriptor"]))
    pool, add = pool_with_known()
    for dependency in proto.dependency:
        add(dependency)
    pool.Add(proto)
    kind = message_factory.GetMessageClass(pool.FindMessageTypeByName(schema["message"]))
    records = []
    for record in schema["records"]:
        message = kind()
        message.ParseFromString(bytes.fromhex(record["bytes"]))
        built = json_format.ParseDict(record["json"], kind())
        records.append({
            "json": json_format.MessageToDict(
                message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
            ),
            "bytes": built.SerializeToString(deterministic=True).hex(),
            "same": built == message,
        })
    # As Confluent's serializer for Python registers a schema.
    described = pool.FindFileByName(proto.name).serialized_pb
    return {"records": records, "descriptor": base64.b64encode(described).decode("ascii")}


def known(name):
    """A file that Google's or Confluent's packages define, as they describe it."""
    proto = descriptor_pb2.FileDescriptorProto()
    descriptor_pool.Default().FindFileByName(name).CopyToProto(proto)
    return base64.b64encode(proto.SerializeToString()).decode("ascii")


with open(sys.argv[1]) as file:
    asked = json.load(file)
print(json.dumps({
    "schemas": [answer(schema) for schema in asked["schemas"]],
    "known": {name: known(name) for name in asked["known"]},
}))
