"""Reads lines of [schema, values]: prints for each schema which values jsonschema takes for valid."""
import json
import sys

from jsonschema import Draft7Validator


def verdict(validator, value):
    try:
        return validator.is_valid(value)
    except Exception as error:
        return f"{type(error).__name__}"


lines = [json.loads(line) for line in sys.stdin]
print(json.dumps([[verdict(Draft7Validator(schema), value) for value in values] for schema, values in lines]))
