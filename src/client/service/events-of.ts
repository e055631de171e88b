/** What a writer's events are told, from the parameter `cloudevents`. */
import { serviceError } from './errors.ts'
import type { EventParameters } from './parameters.ts'
import { choiceAt, flagAt, mappingAt, type Settings, textAt, wrong } from './values.ts'

const attributes = ['source', 'type', 'subject', 'dataschema', 'datacontenttype'] as const
const known = ['mode', 'extensions', ...attributes]

/** What an event has no place for: whoever gets it knows its data by `datacontenttype` alone. */
const excluded = ['data_compression', 'data_encryption'] as const

/** @throws InvalidArgumentError */
export function eventsOf(parameters: Settings): EventParameters | undefined {
  const { cloudevents, user_data_only } = parameters
  if (cloudevents === undefined || cloudevents === null || cloudevents === false) return undefined
  for (const name of excluded) {
    if (flagAt(parameters, name, false)) throw exclude(name)
  }
  if (user_data_only === false) throw exclude('user_data_only: false')
  const given = cloudevents === true ? {} : mappingAt(parameters, 'cloudevents')
  const unknown = Object.keys(given).find((name) => !known.includes(name))
  if (unknown !== undefined) {
    const cure = `one of ${known.join(', ')}; attributes of your own stand in 'extensions'`
    throw wrong(`cloudevents.${unknown}`, given[unknown], cure)
  }
  const said = attributes.map((name) => [name, textAt(given, name, `cloudevents.${name}`)])
  return {
    mode: modeOf(given),
    attributes: Object.fromEntries(said.filter(([, value]) => value !== undefined)),
    extensions: mappingAt(given, 'extensions', 'cloudevents.extensions'),
  }
}

function modeOf(given: Settings): EventParameters['mode'] {
  if (given.mode === undefined || given.mode === null) return undefined
  return choiceAt(given, 'mode', ['binary', 'structured'], 'binary', 'cloudevents.mode')
}

function exclude(other: string) {
  return serviceError('parameters-exclude', { names: ['cloudevents', other] })
}
