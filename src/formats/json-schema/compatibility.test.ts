import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonSchemaFormat } from './index.ts'

type Example = readonly [original: unknown, update: unknown, ...differences: string[]]

const open = (properties: object, rest: object = {}) => ({ type: 'object', properties, ...rest })
const closed = (properties: object, rest: object = {}) =>
  open(properties, { additionalProperties: false, ...rest })
const text = { type: 'string' }
const count = { type: 'integer' }

const topics: Readonly<Record<string, readonly Example[]>> = {
  'an open content model': [
    [open({}), open({ a: text }), 'OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL #/properties/a'],
    [
      open({}),
      open({ a: text }, { required: ['a'] }),
      'REQUIRED_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL #/properties/a',
    ],
    [open({}), open({ a: {} })],
    [open({ a: text }), open({})],
  ],
  'a closed content model': [
    [closed({}), closed({ a: text })],
    [
      closed({}),
      closed({ a: text }, { required: ['a'] }),
      'REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL #/properties/a',
    ],
    [closed({}), closed({ a: { ...text, default: '' } }, { required: ['a'] })],
    [closed({ a: text }), closed({}), 'PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL #/properties/a'],
    [closed({ a: false }), closed({})],
    [closed({}), open({})],
    [open({}), closed({}), 'ADDITIONAL_PROPERTIES_REMOVED #/additionalProperties'],
  ],
  'a partially open content model': [
    [open({}, { additionalProperties: text }), open({ a: text }, { additionalProperties: text })],
    [
      open({}, { additionalProperties: text }),
      open({ a: count }, { additionalProperties: text }),
      'PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/properties/a',
      'TYPE_CHANGED #/properties/a',
    ],
    [
      open({ ab: text }, { patternProperties: { '^a': text } }),
      open({}, { patternProperties: { '^a': text } }),
    ],
    [
      open({ ab: text }),
      open({}, { patternProperties: { '^a': count } }),
      'PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/properties/ab',
      'TYPE_CHANGED #/properties/ab',
    ],
    [
      open({}),
      open({}, { additionalProperties: text }),
      'ADDITIONAL_PROPERTIES_NARROWED #/additionalProperties',
    ],
  ],
  'what is required': [
    [open({ a: text }, { required: ['a'] }), open({ a: text })],
    [
      open({ a: text }),
      open({ a: text }, { required: ['a'] }),
      'REQUIRED_ATTRIBUTE_ADDED #/required/a',
    ],
  ],
  types: [
    [count, { type: 'number' }],
    [{ type: 'number' }, count, 'TYPE_NARROWED #/'],
    [text, count, 'TYPE_CHANGED #/'],
    [text, { type: ['string', 'null'] }],
    [{ type: ['string', 'null'] }, text, 'TYPE_CHANGED #/'],
    [text, {}],
    [{}, text, 'TYPE_CHANGED #/'],
    [
      { type: 'string', 'connect.type': 'bytes' },
      { type: 'number', 'connect.type': 'bytes' },
    ],
  ],
  'numbers and strings': [
    [
      { ...count, minimum: 1, maximum: 5 },
      { ...count, minimum: 0, maximum: 6 },
    ],
    [
      { ...count, minimum: 0, maximum: 6 },
      { ...count, minimum: 1, maximum: 5 },
      'MAXIMUM_DECREASED #/maximum',
      'MINIMUM_INCREASED #/minimum',
    ],
    [
      { ...count, exclusiveMaximum: 5 },
      { ...count, exclusiveMaximum: 4 },
      'EXCLUSIVE_MAXIMUM_DECREASED #/exclusiveMaximum',
    ],
    [
      { type: 'number', multipleOf: 0.1 },
      { type: 'number', multipleOf: 0.3 },
      'MULTIPLE_OF_EXPANDED #/multipleOf',
    ],
    [
      { type: 'number', multipleOf: 0.3 },
      { type: 'number', multipleOf: 0.1 },
    ],
    [text, { ...text, maxLength: 9 }, 'MAX_LENGTH_ADDED #/maxLength'],
    [{ ...text, pattern: 'a' }, { ...text, pattern: 'b' }, 'PATTERN_CHANGED #/pattern'],
  ],
  arrays: [
    [{ type: 'array', items: text }, { type: 'array', items: count }, 'TYPE_CHANGED #/items'],
    [
      { type: 'array', items: [text, text] },
      { type: 'array', items: [text] },
    ],
    [
      { type: 'array', items: [text] },
      { type: 'array', items: [text, text] },
      'ITEM_ADDED_TO_OPEN_CONTENT_MODEL #/items/1',
    ],
    [
      { type: 'array', items: [text, text], additionalItems: false },
      { type: 'array', items: [text], additionalItems: false },
      'ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL #/items/1',
    ],
    [{ type: 'array' }, { type: 'array', uniqueItems: true }, 'UNIQUE_ITEMS_ADDED #/uniqueItems'],
  ],
  'lists of values': [
    [{ enum: ['a'] }, { enum: ['a', 'b'] }],
    [{ enum: ['a', 'b'] }, { enum: ['a'] }, 'ENUM_ARRAY_NARROWED #/enum'],
    [{ enum: ['a'] }, { enum: ['b'] }, 'ENUM_ARRAY_CHANGED #/enum'],
  ],
  'combined schemas': [
    [{ oneOf: [text] }, { oneOf: [text, count] }],
    [{ oneOf: [text, count] }, { oneOf: [text] }, 'SUM_TYPE_NARROWED #/'],
    [{ oneOf: [text, count] }, { anyOf: [count, text] }],
    [{ anyOf: [text, count] }, { oneOf: [text, count] }, 'COMBINED_TYPE_CHANGED #/'],
    [{ oneOf: [text] }, { oneOf: [count] }, 'COMBINED_TYPE_SUBSCHEMAS_CHANGED #/'],
    [
      { allOf: [open({ a: text })] },
      { allOf: [open({ a: text }), open({ b: text })] },
      'PRODUCT_TYPE_EXTENDED #/',
    ],
    [{ not: { type: ['string', 'null'] } }, { not: text }],
    [{ not: text }, { not: { type: ['string', 'null'] } }, 'NOT_TYPE_EXTENDED #/not'],
  ],
}

for (const [topic, examples] of Object.entries(topics)) {
  test(`${topic}: what changes is compatible or not as in Confluent’s registry`, () => {
    for (const [original, update, ...expected] of examples) {
      const messages = parse(update).incompatibilities(parse(original))
      assert.deepEqual(messages.map(inShort).sort(), expected, JSON.stringify([original, update]))
    }
  })
}

function parse(schema: unknown) {
  return jsonSchemaFormat.parse(JSON.stringify(schema))
}

function inShort(message: string): string {
  const [, type, path] =
    /^\{errorType:"(\w+)", description:".*'(#\/[^']*)'.*'\}$/.exec(message) ?? []
  return `${type} ${path}`
}
