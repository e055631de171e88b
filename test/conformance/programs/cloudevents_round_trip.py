"""CloudEvents of Kafka's binding with the package `cloudevents`: a JSON task in, a JSON report out.

write: attributes and data become messages in both modes. read: messages become attributes and data.
"""
import base64
import json
import sys

from cloudevents.http import CloudEvent
from cloudevents.kafka import KafkaMessage, from_binary, from_structured, to_binary, to_structured

task = json.loads(sys.argv[1])


def said(message):
    headers = [[key, base64.b64encode(value).decode()] for key, value in message.headers.items()]
    value = message.value if isinstance(message.value, bytes) else message.value.encode()
    return {"headers": headers, "value": base64.b64encode(value).decode()}


def heard(message):
    headers = {key: base64.b64decode(value) for key, value in message["headers"]}
    whole = KafkaMessage(headers=headers, key=None, value=base64.b64decode(message["value"]))
    is_structured = "ce_specversion" not in headers
    event = (from_structured if is_structured else from_binary)(whole, data_unmarshaller=lambda data: data)
    data = event.data if isinstance(event.data, (bytes, str)) else json.dumps(event.data)
    data = data if isinstance(data, bytes) else data.encode()
    return {"attributes": dict(event.get_attributes()), "data": base64.b64encode(data).decode()}


def written(event):
    whole = CloudEvent(event["attributes"], base64.b64decode(event["data"]))
    as_json = event["attributes"].get("datacontenttype") == "application/json"
    structured = CloudEvent(event["attributes"], json.loads(whole.data) if as_json else whole.data)
    return [said(to_binary(whole, data_marshaller=lambda data: data)), said(to_structured(structured))]


print(json.dumps({
    "written": [written(event) for event in task.get("write", [])],
    "heard": [heard(message) for message in task.get("read", [])],
}))
