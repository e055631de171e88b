/**
 * What a simulated device measures and how it moves, with the names and defaults of MANUela's
 * software sensor: `SENSOR_TEMPERATURE_STARTMIN` in the environment is `temperature.startmin` here.
 */
import { nearest } from '../../base/nearest.ts'
import { cliError } from '../errors.ts'

/** FREQUENCY is the time between two readings in seconds; PEAKINTETVAL is spelled so over there. */
const metricDefaults = {
  temperature: {
    ENABLED: true,
    FREQUENCY: 5,
    STARTMIN: 65,
    STARTMAX: 65,
    MINRANGE: 65,
    MAXRANGE: 75,
    MINITERATION: 0,
    MAXITERATION: 1,
  },
  vibration: {
    ENABLED: true,
    FREQUENCY: 5,
    START: 15,
    MINRANGE: 14,
    MAXRANGE: 16,
    MINITERATION: 0,
    MAXITERATION: 1,
    PEAKINTETVAL: 20,
  },
  gps: {
    ENABLED: false,
    FREQUENCY: 5,
    INITIAL_LATITUDE: 42.579258,
    INITIAL_LONGITUDE: -71.437841,
    ITERATION_LATITUDE: -0.009,
    ITERATION_LONGITUDE: -0.012,
    FINAL_LATITUDE: 40.689879,
    FINAL_LONGITUDE: -73.992895,
  },
  light: {
    ENABLED: false,
    FREQUENCY: 5,
    START: 0,
    MINRANGE: 0,
    MAXRANGE: 25_000,
    MINITERATION: 0,
    MAXITERATION: 3,
  },
} as const

export type Metric = keyof typeof metricDefaults
export type MetricSettings<Of extends Metric = Metric> = {
  readonly [Name in keyof (typeof metricDefaults)[Of]]: (typeof metricDefaults)[Of][Name] extends boolean
    ? boolean
    : number
}
export type SensorSettings = { readonly [Of in Metric]: MetricSettings<Of> }

export const metrics = Object.keys(metricDefaults) as Metric[]

/** The defaults, then the environment, then `assignments` such as `vibration.start=12`. */
export function readSensorSettings(
  environment: Readonly<Record<string, string | undefined>>,
  assignments: readonly string[] = [],
): SensorSettings {
  const known = new Map(
    metrics.flatMap((metric) =>
      Object.entries(metricDefaults[metric]).map(([name, value]) => [keyOf(metric, name), value]),
    ),
  )
  const given = new Map(
    [...known.keys()].flatMap((key) => {
      const value = environment[`SENSOR_${key.toUpperCase().replace('.', '_')}`]
      return value === undefined ? [] : [[key, value] as const]
    }),
  )
  for (const assignment of assignments) {
    const [key = '', value = ''] = assignment.split(/=(.*)/s)
    if (!known.has(key)) throw unknownSetting(key, known.keys())
    given.set(key, value)
  }
  const settings = metrics.map((metric) => [
    metric,
    Object.fromEntries(
      Object.entries(metricDefaults[metric]).map(([name, fallback]) => {
        const key = keyOf(metric, name)
        return [name, readValue(key, given.get(key), fallback)]
      }),
    ),
  ])
  return Object.fromEntries(settings) as SensorSettings
}

function keyOf(metric: Metric, name: string): string {
  return `${metric}.${name.toLowerCase()}`
}

function readValue(key: string, given: string | undefined, fallback: number | boolean) {
  if (given === undefined) return fallback
  if (typeof fallback === 'boolean') {
    if (/^(true|false)$/i.test(given)) return given.toLowerCase() === 'true'
    throw cliError('usage', { problem: `'${key}' is '${given}'; write true or false.` })
  }
  const value = Number(given)
  const least = key.endsWith('.frequency') ? 0.001 : key.endsWith('.peakintetval') ? 1 : -Infinity
  if (given.trim() !== '' && Number.isFinite(value) && value >= least) return value
  const range = least === -Infinity ? '' : ` of at least ${least}`
  throw cliError('usage', { problem: `'${key}' is '${given}'; write a number${range}.` })
}

function unknownSetting(key: string, known: Iterable<string>): Error {
  const meant = nearest(key, known)
  const cure = meant === undefined ? 'write one such as vibration.start=12' : `write '${meant}'`
  return cliError('usage', { problem: `There is no sensor setting '${key}'; ${cure}.` })
}
