import type { Options } from '../connect/kit/index.ts'

const formats = ['AVRO', 'JSON_SR', 'PROTOBUF', 'JSON', 'STRING', 'BYTES'] as const
const group = 'Kafka'

/** Confluent Cloud asks who may speak to its Kafka; here the worker is known already. */
const access = {
  'kafka.auth.mode': {
    type: 'string',
    default: 'KAFKA_API_KEY',
    about: 'Accepted; the worker speaks to Kafka by its own configuration.',
    importance: 'low',
    group,
  },
  'kafka.api.key': {
    type: 'password',
    default: null,
    about: 'Accepted; the worker speaks to Kafka by its own configuration.',
    importance: 'low',
    group,
  },
  'kafka.api.secret': {
    type: 'password',
    default: null,
    about: 'Accepted; the worker speaks to Kafka by its own configuration.',
    importance: 'low',
    group,
  },
  'kafka.service.account.id': {
    type: 'string',
    default: null,
    about: 'Accepted; the worker speaks to Kafka by its own configuration.',
    importance: 'low',
    group,
  },
} as const satisfies Options

/** Of a sink: how its topics are written. */
export const inputFormats = {
  ...access,
  'input.data.format': {
    type: 'string',
    default: null,
    oneOf: formats,
    about: 'How values are written in the topics: names the value.converter.',
    importance: 'high',
    group,
  },
  'input.key.format': {
    type: 'string',
    default: null,
    oneOf: formats,
    about: 'How keys are written in the topics: names the key.converter.',
    importance: 'medium',
    group,
  },
} as const satisfies Options

/** Of a source: how its topics are to be written. */
export const outputFormats = {
  ...access,
  'output.data.format': {
    type: 'string',
    default: null,
    oneOf: formats,
    about: 'How values are written to the topics: names the value.converter.',
    importance: 'high',
    group,
  },
  'output.key.format': {
    type: 'string',
    default: null,
    oneOf: formats,
    about: 'How keys are written to the topics: names the key.converter.',
    importance: 'low',
    group,
  },
} as const satisfies Options
