import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../base/random.ts'
import { ManualClock } from '../../base/testing/manual-clock.ts'
import { type Device, runDevice } from './device.ts'
import { readSensorSettings } from './settings.ts'
import { walkOf } from './walks.ts'

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
console.log(`SEED=${seed}`)

const take = (count: number, walk: () => string) => Array.from({ length: count }, walk)

test('every twentieth vibration is a peak of two and a half times, which the walk forgets', () => {
  const values = take(2_000, walkOf('vibration', readSensorSettings({}), seededRandom(seed))).map(
    Number,
  )
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const peaks = values.flatMap((value, index) => (value > 1.8 * mean ? [index + 1] : []))
  assert.equal(peaks.length, 100)
  assert.ok(peaks.every((position) => position % 20 === 0))
  // A step is below 2, so is the overshoot at each end of the range.
  const others = values.filter((_, index) => (index + 1) % 20 !== 0)
  assert.ok(others.every((value) => value > 14 - 2 && value < 16 + 2))
})

test('a temperature stays within a step of its range', () => {
  const settings = readSensorSettings({}, [
    'temperature.startmin=50',
    'temperature.startmax=50',
    'temperature.minrange=45',
    'temperature.maxrange=55',
  ])
  const values = take(2_000, walkOf('temperature', settings, seededRandom(seed))).map(Number)
  assert.ok(values.every((value) => value > 43 && value < 57))
  assert.ok(Math.min(...values) < 46 && Math.max(...values) > 54)
})

test('the same seed gives the same readings', () => {
  for (const metric of ['temperature', 'vibration', 'gps', 'light'] as const) {
    const walk = () => walkOf(metric, readSensorSettings({}), seededRandom(seed))
    assert.deepEqual(take(50, walk()), take(50, walk()))
  }
})

test('a position is latitude and longitude, and starts again after its end', () => {
  const positions = take(300, walkOf('gps', readSensorSettings({}), seededRandom(seed)))
  assert.equal(positions[0], '42.570258|-71.449841')
  assert.ok(positions.includes('42.579258|-71.437841'))
})

test('light falls back to its start when it leaves its range', () => {
  const settings = readSensorSettings({ SENSOR_LIGHT_MAXRANGE: '10', SENSOR_LIGHT_START: '1' })
  const values = take(100, walkOf('light', settings, seededRandom(seed)))
  assert.ok(values.every((value) => Number(value) <= 10))
  assert.ok(values.includes('1'))
})

test('the command line wins over the environment, and the environment over the defaults', () => {
  const environment = { SENSOR_VIBRATION_START: '12', SENSOR_VIBRATION_MAXRANGE: '17' }
  const { vibration } = readSensorSettings(environment, ['vibration.start=13'])
  assert.deepEqual([vibration.START, vibration.MAXRANGE, vibration.MINRANGE], [13, 17, 14])
})

test('a sensor setting that does not exist is refused with the one that was meant', () => {
  assert.throws(() => readSensorSettings({}, ['vibration.frequenc=1']), /'vibration\.frequency'/)
})

test('a mistyped variable of the environment is ignored, as the original does', () => {
  const { vibration } = readSensorSettings({ SENSOR_VIBRATION_FREQUENC: '1' })
  assert.equal(vibration.FREQUENCY, 5)
})

test('a reading is machine, device, value and time, to a topic without the device', async () => {
  const published: string[][] = []
  const device: Device = {
    app: 'iot-sensor',
    machine: 'floor-1-line-1-extruder-1',
    name: 'pump-1',
    metrics: ['temperature', 'vibration'],
    settings: readSensorSettings({}),
  }
  await runDevice(device, {
    clock: new ManualClock(1_596_873_600_123),
    seed,
    count: 1,
    stopped: new AbortController().signal,
    publish: async (...message) => void published.push(message),
  })
  assert.deepEqual(
    published.map(([topic]) => topic),
    ['iot-sensor/sw/temperature', 'iot-sensor/sw/vibration'],
  )
  assert.match(
    published[0]?.[1] ?? '',
    /^floor-1-line-1-extruder-1,pump-1,\d+(\.\d{1,2})?,1596873600123$/,
  )
})
