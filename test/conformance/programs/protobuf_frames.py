"""Frames of Confluent's serializers: python protobuf_frames.py REGISTRY DESCRIPTOR [FRAME].

Without FRAME prints what the serializer makes of a message of Outer.Inner; with it (hex), what the
deserializer reads.
"""
import base64
import json
import sys

from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer, ProtobufSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

url, descriptor = sys.argv[1:3]
proto = descriptor_pb2.FileDescriptorProto()
proto.ParseFromString(base64.b64decode(descriptor))
pool = descriptor_pool.DescriptorPool()
pool.Add(proto)
Inner = message_factory.GetMessageClass(pool.FindMessageTypeByName("plant.Outer.Inner"))
registry = SchemaRegistryClient({"url": url})
conf = {"use.deprecated.format": False}
context = SerializationContext("frames", MessageField.VALUE)

if len(sys.argv) == 3:
    serialize = ProtobufSerializer(Inner, registry, conf)
    message = json_format.ParseDict({"count": "-7", "limits": {"L1": 1.5}}, Inner())
    print(json.dumps({"frame": serialize(message, context).hex()}))
else:
    deserialize = ProtobufDeserializer(Inner, conf, registry)
    message = deserialize(bytes.fromhex(sys.argv[3]), context)
    print(json.dumps({"read": json_format.MessageToDict(message)}))
