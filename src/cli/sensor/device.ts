/** A simulated device: each metric at its own pace, one reading a message, as CSV. */
import { type Clock, pause } from '../../base/clock.ts'
import { type Random, seededRandom } from '../../base/random.ts'
import type { Metric, SensorSettings } from './settings.ts'
import { walkOf } from './walks.ts'

export interface Device {
  /** The first part of the MQTT topics: `APP/sw/METRIC`. */
  readonly app: string
  readonly machine: string
  readonly name: string
  readonly metrics: readonly Metric[]
  readonly settings: SensorSettings
}

export interface DeviceRun {
  readonly clock: Clock
  /** Each metric walks by itself: one more metric leaves the others as they were. */
  readonly seed: number
  /** How many readings each metric gives; without it they go on until they are stopped. */
  readonly count?: number
  readonly stopped: AbortSignal
  /** Resolves when the reading is acknowledged: the next one of the metric waits for it. */
  readonly publish: (topic: string, reading: string) => Promise<void>
}

/** Resolves when all readings are acknowledged; rejects when one could not be published. */
export async function runDevice(device: Device, run: DeviceRun): Promise<void> {
  await Promise.all(
    device.metrics.map((metric, index) =>
      measure(device, metric, seededRandom(run.seed + index), run),
    ),
  )
}

async function measure(device: Device, metric: Metric, random: Random, run: DeviceRun) {
  const { clock, stopped, publish, count = Number.POSITIVE_INFINITY } = run
  const next = walkOf(metric, device.settings, random)
  const everyMs = device.settings[metric].FREQUENCY * 1000
  const start = clock.now()
  for (let done = 0; done < count && !stopped.aborted; done++) {
    // The times are those of a grid, so that slow acknowledgements do not slow the device for good.
    await pause(start + done * everyMs - clock.now(), { clock, signal: stopped })
    if (stopped.aborted) return
    const reading = [device.machine, device.name, next(), clock.now()].join(',')
    await publish(`${device.app}/sw/${metric}`, reading)
  }
}
