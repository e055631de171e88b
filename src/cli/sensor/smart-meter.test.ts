import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../base/clock.ts'
import { seededRandom } from '../../base/random.ts'
import { smartMeter } from './smart-meter.ts'

function readings(seed: number, count: number) {
  const next = smartMeter(seededRandom(seed), systemClock)
  return Array.from({ length: count }, next)
}

test('the same seed gives the same readings, numbered from 0', () => {
  const [first, again] = [readings(7, 100), readings(7, 100)].map((run) =>
    run.map(({ modified, ...rest }) => rest),
  )
  assert.deepEqual(first, again)
  assert.deepEqual(
    first?.slice(0, 3).map(({ ID }) => ID),
    [0n, 1n, 2n],
  )
})

test('readings stay in their ranges, and about 73 of 100 have all three measures', () => {
  const count = 20_000
  const all = readings(1, count)
  for (const { temperature, humidity, pressure } of all) {
    for (const value of [temperature, humidity, pressure]) assert.ok(value === null || value >= 0)
    assert.ok(humidity === null || humidity <= 100)
  }
  const whole = all.filter((one) => ![one.temperature, one.humidity, one.pressure].includes(null))
  assert.ok(Math.abs(whole.length / count - 0.729) < 0.02, `${whole.length} are whole`)
})

test('each city has its own weather', () => {
  const mean = (city: string) => {
    const values = readings(3, 30_000).flatMap(({ profile_name, temperature }) =>
      profile_name === city && temperature !== null ? [temperature] : [],
    )
    return values.reduce((sum, one) => sum + one, 0) / values.length
  }
  assert.ok(Math.abs(mean('losang') - 63.9) < 1)
  assert.ok(Math.abs(mean('boston') - 51.3) < 1)
})
