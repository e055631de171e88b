import type { Options, ValuesOf } from '../../connect/kit/index.ts'
import { parseHeaders } from './headers.ts'
import { parseStatuses } from './statuses.ts'

const retries = 'Retries'
const batching = 'Batches'
const access = 'Access'

/** What stands for the topic's name in a URL. */
export const topicToken = `\${topic}`

export const options = {
  'http.api.url': {
    type: 'string',
    about: `Where records go; ${topicToken} is the topic.`,
    importance: 'high',
    check: (url: string) =>
      /^https?:\/\//.test(url) && URL.canParse(url)
        ? undefined
        : 'write a URL such as https://host/path',
  },
  'request.method': {
    type: 'string',
    default: 'POST',
    oneOf: ['POST', 'PUT', 'PATCH'],
    about: 'The method of the requests.',
    importance: 'high',
  },
  'request.body.format': {
    type: 'string',
    default: 'json',
    oneOf: ['json', 'string'],
    about: "How a value is written: as JSON, or as it is ('string': texts and bytes).",
    importance: 'medium',
  },
  headers: {
    type: 'password',
    default: '',
    about: 'Headers of the requests, such as Accept:text/plain|X-Key:abc.',
    importance: 'high',
    check: (text: string) =>
      parseHeaders(text, '|') === undefined ? 'write NAME:VALUE|NAME:VALUE' : undefined,
  },
  'header.separator': {
    type: 'string',
    default: '|',
    oneOf: ['|'],
    about: 'What stands between headers.',
    importance: 'low',
  },
  'auth.type': {
    type: 'string',
    default: 'NONE',
    oneOf: ['NONE', 'BASIC', 'BEARER'],
    about: 'How requests are authorized.',
    importance: 'medium',
    group: access,
  },
  'connection.user': {
    type: 'string',
    default: '',
    about: 'The user of BASIC.',
    importance: 'medium',
    group: access,
  },
  'connection.password': {
    type: 'password',
    default: '',
    about: 'The password of BASIC.',
    importance: 'medium',
    group: access,
  },
  'bearer.token': {
    type: 'password',
    default: '',
    about: 'The token of BEARER.',
    importance: 'medium',
    group: access,
  },
  'http.allowed.hosts': {
    type: 'list',
    default: '',
    about: 'The only hosts that requests may go to; empty is any.',
    importance: 'low',
    group: access,
  },
  'batch.max.size': {
    type: 'int',
    default: '1',
    least: 1,
    most: 10_000,
    about: 'How many records of a topic one request has at most.',
    importance: 'high',
    group: batching,
  },
  'batch.json.as.array': {
    type: 'boolean',
    default: 'true',
    about: 'Whether the records of a request are an array of JSON, also if it is one.',
    importance: 'medium',
    group: batching,
  },
  'batch.prefix': {
    type: 'string',
    isFreeText: true,
    default: '',
    about: 'What a body begins with, where it is no array.',
    importance: 'low',
    group: batching,
  },
  'batch.separator': {
    type: 'string',
    isFreeText: true,
    default: ',',
    about: 'What stands between records, where a body is no array.',
    importance: 'low',
    group: batching,
  },
  'batch.suffix': {
    type: 'string',
    isFreeText: true,
    default: '',
    about: 'What a body ends with, where it is no array.',
    importance: 'low',
    group: batching,
  },
  'behavior.on.null.values': {
    type: 'string',
    default: 'ignore',
    oneOf: ['ignore', 'fail'],
    about: 'What becomes of records without a value.',
    importance: 'low',
  },
  'max.retries': {
    type: 'int',
    default: '10',
    least: 0,
    about: 'How often a request is tried again before the task fails.',
    importance: 'medium',
    group: retries,
  },
  'retry.backoff.ms': {
    type: 'int',
    default: '3000',
    least: 0,
    about: 'How long to wait before that, where the answer has no Retry-After.',
    importance: 'medium',
    group: retries,
  },
  'retry.on.status.codes': {
    type: 'string',
    default: '408,425,429,500-',
    about: 'The answers after which a request is tried again, such as 429,500-599.',
    importance: 'medium',
    group: retries,
    check: (text: string) =>
      parseStatuses(text) === undefined
        ? 'write numbers and ranges such as 429,500-599'
        : undefined,
  },
  'http.request.timeout.ms': {
    type: 'int',
    default: '30000',
    least: 1,
    about: 'How long an answer may take, connecting included.',
    importance: 'medium',
    group: retries,
  },
} as const satisfies Options

export type HttpValues = ValuesOf<typeof options>
