/** The two pumps of MANUela's factory, as its values files describe them, five times as fast. */
import type { Config } from '../../platform/index.ts'
import type { Device } from '../sensor/device.ts'
import { readSensorSettings } from '../sensor/settings.ts'

const app = 'iot-sensor'
const metrics = ['temperature', 'vibration'] as const

const moves = {
  'pump-1': {
    temperature: { startmin: 50, startmax: 50, minrange: 45, maxrange: 55 },
    vibration: { start: 15, minrange: 10, maxrange: 18, peakintetval: 20 },
  },
  'pump-2': {
    temperature: { startmin: 50, startmax: 50, minrange: 45, maxrange: 55 },
    vibration: { start: 12, minrange: 10, maxrange: 17, peakintetval: 200 },
  },
}

export const pumps: readonly Device[] = Object.entries(moves).map(([name, settings]) => ({
  app,
  machine: 'floor-1-line-1-extruder-1',
  name,
  metrics,
  settings: readSensorSettings({}, [
    ...metrics.map((metric) => `${metric}.frequency=1`),
    ...Object.entries(settings).flatMap(([metric, values]) =>
      Object.entries(values).map(([key, value]) => `${metric}.${key}=${value}`),
    ),
  ]),
}))

/** The Kafka topics of the factory. */
export const pumpTopics = metrics.map((metric) => `${app}-sw-${metric}`)

/** The configuration with the routes and topics of the factory. */
export function withFactory(config: Config): Config {
  const { kafka, mqtt } = config
  if (mqtt === undefined) return config
  const routes = metrics.map((metric) => ({
    from: `${app}/sw/${metric}`,
    to: `${app}-sw-${metric}`,
    key: undefined,
    schema: undefined,
  }))
  const topics = pumpTopics.map((name) => [name, { partitions: 1, config: {} }])
  return {
    ...config,
    kafka: { ...kafka, topics: { ...Object.fromEntries(topics), ...kafka.topics } },
    mqtt: { ...mqtt, routes: [...mqtt.routes, ...routes] },
  }
}
