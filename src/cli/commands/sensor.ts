import { systemClock } from '../../base/clock.ts'
import { between, systemRandom } from '../../base/random.ts'
import { MqttPublisher } from '../../client/mqtt/index.ts'
import { openLogger } from '../../platform/index.ts'
import { command, oneOf, wholeNumber } from '../command.ts'
import { cliError } from '../errors.ts'
import { type Device, runDevice } from '../sensor/device.ts'
import { meterOptions, runSmartMeter } from '../sensor/run-smart-meter.ts'
import { type Metric, metrics, readSensorSettings } from '../sensor/settings.ts'
import { printLine, type Terminal } from '../terminal.ts'

type Environment = Terminal['environment']

const profiles = ['machine', 'smart-meter'] as const

export const sensor = command({
  options: {
    profile: {
      type: 'string',
      short: 'p',
      value: 'NAME',
      about: `What is simulated, of ${profiles.join(', ')} (default machine).`,
      example: '--profile smart-meter',
    },
    ...meterOptions,
    url: {
      type: 'string',
      short: 'u',
      value: 'URL',
      about: 'The MQTT broker (default ws://MQTT_HOSTNAME:MQTT_PORT, else tcp://127.0.0.1:1883).',
      example: '--url ws://broker:80',
    },
    app: {
      type: 'string',
      value: 'NAME',
      about: 'The first part of the topic NAME/sw/METRIC (default APP_NAME, else iot-sensor).',
      example: '--app plant',
    },
    machine: {
      type: 'string',
      short: 'm',
      value: 'ID',
      about: 'The machine (default MACHINE_ID, else pump-1).',
      example: '--machine floor-1-line-1-extruder-1',
    },
    device: {
      type: 'string',
      short: 'd',
      value: 'ID',
      about: 'The device at the machine (default DEVICE_ID, else sensor-tv).',
      example: '--device pump-2',
    },
    metrics: {
      type: 'string',
      value: 'LIST',
      about: `What it measures, of ${metrics.join(', ')} (default DEVICE_METRICS, else those that are enabled).`,
      example: '--metrics temperature,vibration',
    },
    set: {
      type: 'string',
      short: 's',
      multiple: true,
      value: 'NAME=VALUE',
      about: 'How a metric moves; SENSOR_VIBRATION_START in the environment does the same.',
      example: '--set vibration.start=12 --set vibration.peakintetval=200',
    },
    user: {
      type: 'string',
      value: 'NAME',
      about: 'The user (default MQTT_USER); the password is in MQTT_PASSWORD.',
      example: '--user pump',
    },
    count: {
      type: 'string',
      short: 'n',
      value: 'N',
      about: 'How many readings each metric sends before the command ends.',
      example: '-n 100',
    },
    seed: {
      type: 'string',
      value: 'N',
      about: 'Repeats the readings of an earlier run, which named its seed.',
      example: '--seed 42',
    },
  },
  about:
    'A machine publishes messages of QoS 1: MACHINE,DEVICE,VALUE,EPOCH_MILLISECONDS. The environment\nvariables are those of the software sensor of MANUela. A smart meter produces Avro to Kafka, under a\nschema that it registers.',
  examples: [
    'leat sensor',
    'leat sensor -m floor-1-line-1-extruder-1 -d pump-1 --set temperature.startmin=50',
    'leat sensor --set vibration.frequency=0.01 -n 1000 --seed 42',
    'leat sensor --profile smart-meter -n 1000 --every 0.01',
  ],
  async run({ options, terminal }) {
    const { environment, stderr, stopped } = terminal
    if (oneOf('profile', options.profile, profiles, 'machine') === 'smart-meter') {
      await runSmartMeter(options, terminal)
      return
    }
    const settings = readSensorSettings(environment, options.set)
    const device: Device = {
      app: options.app ?? environment.APP_NAME ?? 'iot-sensor',
      machine: options.machine ?? environment.MACHINE_ID ?? 'pump-1',
      name: options.device ?? environment.DEVICE_ID ?? 'sensor-tv',
      metrics:
        readMetrics(options.metrics ?? environment.DEVICE_METRICS) ??
        metrics.filter((metric) => settings[metric].ENABLED),
      settings,
    }
    const seed = wholeNumber('seed', options.seed, between(systemRandom, 1, 2 ** 31))
    const count = wholeNumber('count', options.count, Number.POSITIVE_INFINITY, 1)
    const url = options.url ?? urlOf(environment)
    const userName = options.user ?? environment.MQTT_USER
    const password = environment.MQTT_PASSWORD
    await using publisher = await MqttPublisher.open({
      url,
      clientId: `${device.machine}-${device.name}`,
      ...(userName === undefined ? {} : { userName }),
      ...(userName === undefined || password === undefined ? {} : { password }),
      logger: openLogger({ level: 'info', stderr: { fd: stderr.fd ?? 2 } }),
    })
    stopped.addEventListener('abort', () => publisher.close())
    await printLine(stderr, `Publishing ${device.metrics.join(', ')} to ${url} (--seed ${seed}).`)
    const publish = async (topic: string, reading: string) => {
      await publisher.publish(topic, reading).catch((error: unknown) => {
        if (!stopped.aborted) throw error
      })
    }
    await runDevice(device, { clock: systemClock, seed, count, stopped, publish })
  },
})

function readMetrics(list: string | undefined): Metric[] | undefined {
  if (list === undefined || list === '') return undefined
  return list.split(',').map((one) => {
    const metric = metrics.find((known) => known === one.trim())
    if (metric !== undefined) return metric
    const problem = `There is no metric '${one.trim()}'; write some of ${metrics.join(', ')}.`
    throw cliError('usage', { problem })
  })
}

/** The address that the software sensor makes of its environment, where it is given. */
function urlOf({ MQTT_HOSTNAME, MQTT_PORT, MQTT_TLSSNI }: Environment): string {
  if (MQTT_HOSTNAME === undefined) return 'tcp://127.0.0.1:1883'
  const scheme = MQTT_TLSSNI === 'true' ? 'wss' : 'ws'
  return `${scheme}://${MQTT_HOSTNAME}${MQTT_PORT === undefined ? '' : `:${MQTT_PORT}`}`
}
