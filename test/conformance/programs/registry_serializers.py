"""Confluent's serializers for Python against a registry and a broker; the report of one case as JSON."""
import json
import sys

from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient, NewTopic
from confluent_kafka.schema_registry import Schema, SchemaReference, SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.error import SchemaRegistryError
from confluent_kafka.schema_registry.json_schema import JSONDeserializer, JSONSerializer
from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer, ProtobufSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

brokers, url, case = sys.argv[1:4]
registry = SchemaRegistryClient({'url': url})


def through_kafka(topic, encode, decode, value):
    """Serializes, sends, receives and deserializes a value."""
    context = SerializationContext(topic, MessageField.VALUE)
    producer = Producer({'bootstrap.servers': brokers})
    producer.produce(topic, encode(value, context))
    producer.flush(60)
    consumer = Consumer({'bootstrap.servers': brokers, 'group.id': topic, 'auto.offset.reset': 'earliest'})
    consumer.subscribe([topic])
    message = consumer.poll(60)
    consumer.close()
    return decode(message.value(), context)


reading = {
    'type': 'record',
    'name': 'Reading',
    'namespace': 'plant',
    'fields': [{'name': 'pump', 'type': 'string'}, {'name': 'power', 'type': 'double'}],
}
value = {'pump': 'p1', 'power': 46.5}


def avro():
    """Registers by itself, finds again, and reads with a schema of its own."""
    text = json.dumps(reading)
    got = through_kafka('avro', AvroSerializer(registry, text), AvroDeserializer(registry), value)
    wider = {**reading, 'fields': reading['fields'] + [{'name': 'unit', 'type': 'string', 'default': 'kW'}]}
    context = SerializationContext('avro', MessageField.VALUE)
    encoded = AvroSerializer(registry, text, conf={'auto.register.schemas': False})(value, context)
    widened = AvroDeserializer(registry, json.dumps(wider))(encoded, context)
    AvroSerializer(registry, json.dumps(wider), conf={'normalize.schemas': True})({**value, 'unit': 'W'}, context)
    latest = AvroSerializer(registry, text, conf={'auto.register.schemas': False, 'use.latest.version': True})
    by_latest = AvroDeserializer(registry)(latest({**value, 'unit': 'W'}, context), context)
    return {'got': got, 'widened': widened, 'by_latest': by_latest, 'versions': registry.get_versions('avro-value')}


def avro_references():
    pump = {'type': 'record', 'name': 'plant.Pump', 'fields': [{'name': 'id', 'type': 'string'}]}
    registry.register_schema('pump', Schema(json.dumps(pump), 'AVRO'))
    outer = {'type': 'record', 'name': 'Outer', 'fields': [{'name': 'pump', 'type': 'plant.Pump'}]}
    schema = Schema(json.dumps(outer), 'AVRO', [SchemaReference('plant.Pump', 'pump', 1)])
    decode = AvroDeserializer(registry)
    return through_kafka('avro-references', AvroSerializer(registry, schema), decode, {'pump': {'id': 'p1'}})


def json_schema():
    text = json.dumps({
        '$schema': 'http://json-schema.org/draft-07/schema#',
        'title': 'Reading',
        'type': 'object',
        'properties': {'pump': {'type': 'string'}, 'power': {'type': 'number'}},
        'required': ['pump'],
    })
    encode = JSONSerializer(text, registry)
    got = through_kafka('json', encode, JSONDeserializer(text, schema_registry_client=registry), value)
    try:
        encode({'power': 1}, SerializationContext('json', MessageField.VALUE))
        refused = False
    except Exception:
        refused = True
    return {'got': got, 'refused': refused}


def messages():
    """A message type in one file that uses a type of another, without a compiler."""
    pool = descriptor_pool.DescriptorPool()
    text, double, message = 9, 1, 11
    pump = descriptor_pb2.FileDescriptorProto(name='pump.proto', package='plant', syntax='proto3')
    field = pump.message_type.add(name='Pump').field.add(name='id', number=1, type=text, label=1)
    field.json_name = 'id'
    pool.Add(pump)
    file = descriptor_pb2.FileDescriptorProto(
        name='reading.proto', package='plant', syntax='proto3', dependency=['pump.proto'])
    fields = file.message_type.add(name='Reading').field
    fields.add(name='pump', number=1, type=message, type_name='.plant.Pump', label=1, json_name='pump')
    fields.add(name='power', number=2, type=double, label=1, json_name='power')
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName('plant.Reading'))


def protobuf():
    Reading = messages()
    sent = Reading(power=46.5)
    sent.pump.id = 'p1'
    conf = {'use.deprecated.format': False}
    encode = ProtobufSerializer(Reading, registry, conf)
    got = through_kafka('protobuf', encode, ProtobufDeserializer(Reading, conf, registry), sent)
    found = registry.get_latest_version('protobuf-value')
    references = [[one.name, one.subject, one.version] for one in found.schema.references]
    return {'pump': got.pump.id, 'power': got.power, 'references': references}


def administration():
    context = SerializationContext('avro', MessageField.VALUE)
    wider = {**reading, 'fields': reading['fields'] + [{'name': 'unit', 'type': 'string', 'default': 'kW'}]}
    for schema in (reading, wider):
        AvroSerializer(registry, json.dumps(schema))({**value, 'unit': 'W'}, context)
    try:
        registry.register_schema('avro-value', Schema('"string"', 'AVRO'))
        refused = None
    except SchemaRegistryError as error:
        refused = [error.http_status_code, error.error_code]
    compatible = registry.test_compatibility('avro-value', Schema(json.dumps(reading), 'AVRO'))
    registry.set_compatibility('avro-value', 'FULL')
    level = registry.get_compatibility('avro-value')
    deleted = registry.delete_version('avro-value', 1)
    try:
        registry.get_version('avro-value', 1)
        missing = None
    except SchemaRegistryError as error:
        missing = error.error_code
    gone = registry.delete_subject('avro-value')
    for_good = registry.delete_subject('avro-value', permanent=True)
    return {
        'refused': refused, 'compatible': compatible, 'level': level, 'deleted': deleted,
        'missing': missing, 'gone': gone, 'for_good': for_good,
        'subjects': 'avro-value' in registry.get_subjects(),
    }


def validated_topic():
    """The broker itself refuses what no registered schema stands for."""
    topic = NewTopic('validated', 1, 1, config={'confluent.value.schema.validation': 'true'})
    administration = AdminClient({'bootstrap.servers': brokers})
    administration.create_topics([topic])['validated'].result(60)
    producer = Producer({'bootstrap.servers': brokers, 'compression.type': 'lz4', 'linger.ms': 0})
    context = SerializationContext('validated', MessageField.VALUE)
    other = SerializationContext('other', MessageField.VALUE)
    encode = AvroSerializer(registry, json.dumps({**reading, 'name': 'Validated'}))
    of_other = AvroSerializer(registry, json.dumps({**reading, 'name': 'Other'}))(value, other)
    codes = []
    for sent in (b'{}', of_other, encode(value, context), None):
        noted = lambda error, _: codes.append(error.code() if error else 0)
        producer.produce('validated', sent, key='p1', on_delivery=noted)
        producer.flush(60)
    return codes


print(json.dumps(globals()[case]()))
