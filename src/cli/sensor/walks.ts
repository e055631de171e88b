/** How each metric moves from one reading to the next: random walks, repeatable by their seed. */
import { between, type Random } from '../../base/random.ts'
import type { Metric, MetricSettings, SensorSettings } from './settings.ts'

/** Gives the next reading, as it is written into the message. */
export type Walk = () => string

export function walkOf(metric: Metric, settings: SensorSettings, random: Random): Walk {
  const walks: Record<Metric, () => Walk> = {
    temperature: () => temperature(settings.temperature, random),
    vibration: () => vibration(settings.vibration, random),
    gps: () => gps(settings.gps),
    light: () => light(settings.light, random),
  }
  return walks[metric]()
}

function temperature(settings: MetricSettings<'temperature'>, random: Random): Walk {
  const next = wander(between(random, settings.STARTMIN, settings.STARTMAX), settings, random)
  return () => rounded(next())
}

/** Every so many readings one is sent as a peak; the walk goes on as if it had not been. */
function vibration(settings: MetricSettings<'vibration'>, random: Random): Walk {
  const next = wander(settings.START, settings, random)
  let count = 0
  return () => {
    const value = next()
    count++
    return rounded(count % settings.PEAKINTETVAL === 0 ? value * 2.5 : value)
  }
}

/** Along a straight line, and from its start again after both ends of it are reached. */
function gps(settings: MetricSettings<'gps'>): Walk {
  const start = { latitude: settings.INITIAL_LATITUDE, longitude: settings.INITIAL_LONGITUDE }
  let { latitude, longitude } = start
  return () => {
    latitude += settings.ITERATION_LATITUDE
    longitude += settings.ITERATION_LONGITUDE
    if (latitude <= settings.FINAL_LATITUDE && longitude <= settings.FINAL_LONGITUDE) {
      ;({ latitude, longitude } = start)
    }
    return `${latitude.toFixed(6)}|${longitude.toFixed(6)}`
  }
}

/** Grows, and falls back to its start when it leaves the range. */
function light(settings: MetricSettings<'light'>, random: Random): Walk {
  let value = settings.START
  return () => {
    value += step(settings, random)
    if (value < settings.MINRANGE || value > settings.MAXRANGE) value = settings.START
    return rounded(value)
  }
}

interface Range {
  readonly MINRANGE: number
  readonly MAXRANGE: number
}

interface Steps {
  readonly MINITERATION: number
  readonly MAXITERATION: number
}

/** Up until it leaves the range, then down until it leaves it, and so on. */
function wander(start: number, settings: Range & Steps, random: Random): () => number {
  let value = start
  let direction = 1
  return () => {
    value += step(settings, random) * direction
    if (value > settings.MAXRANGE) direction = -1
    if (value < settings.MINRANGE) direction = 1
    return value
  }
}

function step({ MINITERATION, MAXITERATION }: Steps, random: Random): number {
  return MINITERATION + random.next() * (MAXITERATION + 1 - MINITERATION)
}

function rounded(value: number): string {
  return String(Math.round(value * 100) / 100)
}
