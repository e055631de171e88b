"""SINETStream's own reading of service files: a list of questions as JSON on standard input, a list of answers.

A question has a folder, which is both the working folder and the home, a role and the constructor's arguments.
A question with "yaml" asks for the value of that text, one with "encrypt" for that value encrypted for a private key.
"""
import base64
import copy
import json
import logging
import math
import os
import struct
import sys

import yaml
from Cryptodome.Cipher import AES, PKCS1_OAEP
from Cryptodome.Hash import SHA256
from kafka.conn import collect_hosts
from sinetstream import MessageReader, MessageWriter
from sinetstream.api import Consistency, merge_parameter
from sinetstream.configs import load_private_key
from sinetstream.crypto import get_password

logging.disable(logging.CRITICAL)

OWN = [
    "type", "brokers", "topic", "topics", "client_id", "consistency", "value_type", "data_compression", "compression",
    "data_encryption", "crypto", "user_data_only", "message_format", "receive_timeout_ms", "tls", "type_spec",
]


def plain(value):
    if isinstance(value, dict):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, (bytes, bytearray)):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, Consistency):
        return value.name
    if isinstance(value, float) and not math.isfinite(value):
        return {"$float": str(value)}
    if value is None or isinstance(value, (str, int, float)):
        return value
    return str(value)


def with_bytes(value):
    if isinstance(value, dict):
        if "$bytes" in value:
            return base64.b64decode(value["$bytes"])
        return {name: with_bytes(one) for name, one in value.items()}
    return value


def brokers_of(client, params):
    if params["type"] == "kafka":
        hosts = [(host, port) for host, port, _ in collect_hosts(params["brokers"], randomize=False)]
    elif params["type"] == "mqtt":
        hosts = [(client._plugin.host, client._plugin.port)]
    else:
        return []
    return [f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in hosts]


def tls_of(tls):
    if not tls:
        return None
    if tls is True:
        tls = {}
    text = {}
    for name in ["ca_certs", "certfile", "keyfile"]:
        if name in tls:
            with open(tls[name]) as file:
                text[name] = file.read()
    return {**text, "ciphers": tls.get("ciphers"), "check_hostname": tls.get("check_hostname", True)}


def encryption_of(client, params):
    if client.cipher is None:
        return None
    client.cipher.encrypt(b"0123456789abcdef")
    crypto = params["crypto"]
    given = {"key_length": crypto["key_length"], "mode": crypto["mode"], "padding": client.cipher.padding}
    derivation = crypto["key_derivation"]
    given["salt_bytes"] = derivation["salt_bytes"]
    if "_keys" in crypto:
        return {**given, "keys": crypto["_keys"]}
    if "key" in crypto:
        return {**given, "keys": {1: crypto["key"]}}
    password = get_password(crypto)
    password = password.encode("latin-1") if isinstance(password, str) else password
    return {**given, "password": password, "iteration": derivation["iteration"], "prf": derivation["prf"]}


def compression_of(params):
    if not params["data_compression"]:
        return None
    compression = params["compression"]
    algorithm = compression["algorithm"]
    return {"algorithm": algorithm, "level": compression.get("level"), "args": compression.get(algorithm, {})}


def answer(question):
    os.chdir(question["folder"])
    os.environ["HOME"] = question["folder"]
    given = with_bytes(question["given"])
    role = {"reader": MessageReader, "writer": MessageWriter}[question["role"]]
    kwargs = copy.deepcopy(given)
    where = {name: kwargs.pop(name, None) for name in ["service", "config", "config_file"]}
    no_config = kwargs.pop("no_config", False)
    defaults = role.default_params if hasattr(role, "default_params") else {}
    confver, service, merged = merge_parameter(
        where["service"], kwargs, defaults, where["config"], where["config_file"], no_config
    )
    if confver.type_spec():
        spec = copy.deepcopy(merged.get("type_spec", {}))
    else:
        spec = {name: copy.deepcopy(value) for name, value in merged.items() if name not in OWN}
    client = role(**copy.deepcopy(given))
    params = client.params
    topics = params["topics"] if question["role"] == "reader" else params["topic"]
    # Consumers take a text as the only topic.
    topics = [topics] if isinstance(topics, str) else topics
    generated = params["client_id"].startswith("sinetstream-")
    timeout = params.get("receive_timeout_ms", math.inf)
    value_type = merged["value_type"]
    named = {"name": value_type} if isinstance(value_type, str) else value_type
    return {
        "service": service,
        "type": params["type"],
        "brokers": brokers_of(client, params),
        "topics": topics,
        "client_id": None if generated else params["client_id"],
        "consistency": merged["consistency"],
        "value_type": {"name": named["name"], "args": named.get("args", {})},
        "message_format": params.get("message_format", 3),
        "user_data_only": params.get("user_data_only", False),
        "receive_timeout_ms": None if timeout == math.inf else timeout,
        "compression": compression_of(params),
        "encryption": encryption_of(client, params),
        "tls": tls_of(params.get("tls")),
        "spec": spec,
    }


def encrypted(value, folder):
    os.environ["HOME"] = folder
    _, key, fingerprint = load_private_key()
    aes_key = os.urandom(32)
    header = struct.pack("!HBB", 1, 1, 1)
    encrypted_key = PKCS1_OAEP.new(key.publickey(), hashAlgo=SHA256).encrypt(aes_key)
    iv = os.urandom(12)
    cipher = AES.new(aes_key, AES.MODE_GCM, nonce=iv)
    cipher.update(header + encrypted_key + iv)
    data, tag = cipher.encrypt_and_digest(value)
    return {"value": header + encrypted_key + iv + data + tag, "fingerprint": fingerprint}


def told(question):
    try:
        if "yaml" in question:
            return {"value": plain(yaml.safe_load(question["yaml"]))}
        if "encrypt" in question:
            return plain(encrypted(question["encrypt"].encode(), question["folder"]))
        return plain(answer(question))
    except Exception as error:
        return {"error": type(error).__name__, "says": str(error)}


print(json.dumps([told(question) for question in json.load(sys.stdin)]))
