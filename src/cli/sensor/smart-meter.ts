/** A smart meter in one of three cities, which sometimes fails to measure. */
import type { Clock } from '../../base/clock.ts'
import { between, pick, type Random } from '../../base/random.ts'

export interface MeterReading {
  readonly ID: bigint
  readonly profile_name: string
  readonly temperature: number | null
  readonly humidity: number | null
  readonly pressure: number | null
  /** Milliseconds since the epoch. */
  readonly modified: bigint
}

/** The mean and the standard deviation of each measure. */
const profiles = {
  boston: { temperature: [51.3, 17.7], humidity: [77.4, 18.7], pressure: [1.019, 0.091] },
  denver: { temperature: [49.5, 19.3], humidity: [33.0, 13.9], pressure: [1.512, 0.341] },
  losang: { temperature: [63.9, 11.7], humidity: [62.8, 21.8], pressure: [1.215, 0.201] },
} as const

const measures = ['temperature', 'humidity', 'pressure'] as const
const mostOf = { temperature: Infinity, humidity: 100, pressure: Infinity }
/** So often one of the three is missing; this is tried three times, so more than one may be. */
const missing = 0.1

/** What the readings are, for a schema registry. */
export const meterSchema = JSON.stringify({
  type: 'record',
  name: 'SmartMeterReading',
  namespace: 'com.OntarioTechU.SOFE4630U',
  fields: [
    { name: 'ID', type: 'long', doc: 'Counts the readings of a run.' },
    { name: 'profile_name', type: 'string', doc: 'Where the meter stands.' },
    { name: 'temperature', type: ['null', 'double'], doc: 'In degrees Fahrenheit.' },
    { name: 'humidity', type: ['null', 'double'], doc: 'In per cent.' },
    { name: 'pressure', type: ['null', 'double'], doc: 'In bar.' },
    {
      name: 'modified',
      type: {
        type: 'long',
        'connect.name': 'org.apache.kafka.connect.data.Timestamp',
        'connect.version': 1,
      },
      doc: 'When it was measured.',
    },
  ],
})

/** Gives one reading after the other, the same ones for the same seed; only their times differ. */
export function smartMeter(random: Random, clock: Clock): () => MeterReading {
  let id = 0n
  return () => {
    const name = pick(random, Object.keys(profiles) as (keyof typeof profiles)[])
    const values = measures.map((measure) => {
      const [mean, deviation] = profiles[name][measure]
      return Math.min(Math.max(0, mean + deviation * normal(random)), mostOf[measure])
    }) as (number | null)[]
    for (let attempt = 0; attempt < measures.length; attempt++) {
      if (random.next() < missing) values[between(random, 0, measures.length - 1)] = null
    }
    const [temperature = null, humidity = null, pressure = null] = values
    const modified = BigInt(clock.now())
    return { ID: id++, profile_name: name, temperature, humidity, pressure, modified }
  }
}

/** A number of the standard normal distribution (the Box–Muller transform). */
function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()))
  return radius * Math.cos(2 * Math.PI * random.next())
}
