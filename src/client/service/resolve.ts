/** From what a program gives and what its service file says to complete, checked parameters. */
import { type Random, uuidBytes } from '../../base/random.ts'
import { brokersOf } from './brokers-of.ts'
import { codingOf } from './coding-of.ts'
import { serviceError } from './errors.ts'
import { eventsOf } from './events-of.ts'
import { deadLettersOf, retryOf } from './failing-of.ts'
import { type Gathered, gather } from './gather.ts'
import type { ReaderParameters, WriterParameters } from './given.ts'
import type { ServiceParameters } from './parameters.ts'
import { type ResolveOptions, type ServiceSurroundings, surroundingsOf } from './surroundings.ts'
import { tlsOf, unknownTlsKeys } from './tls-of.ts'
import { valueTypeOf } from './value-type-of.ts'
import { choiceAt, listAt, numberAt, textAt, wrong } from './values.ts'

const consistencies = ['AT_MOST_ONCE', 'AT_LEAST_ONCE', 'EXACTLY_ONCE'] as const

/** @throws SINETStream's errors */
export async function resolveReader(
  given: ReaderParameters,
  options: ResolveOptions = {},
): Promise<ServiceParameters> {
  const surroundings = surroundingsOf(options)
  const gathered = await gather(given, surroundings)
  const { parameters } = gathered
  const topics = listAt(parameters, 'topics') ?? listAt(parameters, 'topic') ?? []
  if (topics.length === 0) {
    throw serviceError('parameter-missing', { name: 'topics', cure: 'give at least one topic' })
  }
  return complete(gathered, topics, surroundings)
}

/** @throws SINETStream's errors */
export async function resolveWriter(
  given: WriterParameters,
  options: ResolveOptions = {},
): Promise<ServiceParameters> {
  const surroundings = surroundingsOf(options)
  const gathered = await gather(given, surroundings)
  const { parameters } = gathered
  const topics = listAt(parameters, 'topic') ?? listAt(parameters, 'topics') ?? []
  if (topics.length !== 1) throw wrong('topic', topics, 'exactly one topic: a writer has one')
  return complete(gathered, topics, surroundings)
}

function complete(
  { service, parameters, spec }: Gathered,
  topics: readonly string[],
  { workingFolder, random, logger }: ServiceSurroundings,
): ServiceParameters {
  const type = textAt(parameters, 'type')
  if (type === undefined) {
    const cure = 'give kafka, mqtt, s3 or iostream'
    throw serviceError('parameter-missing', { name: 'type', cure })
  }
  for (const option of unknownTlsKeys(parameters)) {
    logger.warn("A parameter of 'tls' is not known and goes unheeded", { option: `tls.${option}` })
  }
  const events = eventsOf(parameters)
  return {
    service,
    type,
    brokers: brokersOf(parameters, type, spec),
    topics,
    clientId: textAt(parameters, 'client_id') || `sinetstream-${uuidText(random)}`,
    consistency: choiceAt(parameters, 'consistency', consistencies, 'AT_MOST_ONCE'),
    valueType: valueTypeOf(parameters),
    // An event is known by its attributes, not by an envelope.
    coding: codingOf(events ? { ...parameters, user_data_only: true } : parameters, workingFolder),
    events,
    receiveTimeoutMs: numberAt(parameters, 'receive_timeout_ms', 0) ?? Number.POSITIVE_INFINITY,
    retry: retryOf(parameters),
    deadLetters: deadLettersOf(parameters),
    tls: tlsOf(parameters, workingFolder),
    spec,
  }
}

export function uuidText(random: Random): string {
  return uuidBytes(random)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
