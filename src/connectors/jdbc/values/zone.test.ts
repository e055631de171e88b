import assert from 'node:assert/strict'
import { test } from 'node:test'
import { utc, type Zone, zoneNamed } from './zone.ts'

function wallText(zone: Zone | undefined, instant: string): string {
  return new Date(zone?.wall(Date.parse(instant)) ?? Number.NaN).toISOString()
}

test('a wall shows the time of its zone, in summer and winter and long ago', () => {
  const berlin = zoneNamed('Europe/Berlin')
  assert.equal(wallText(berlin, '2024-07-01T10:00:00Z'), '2024-07-01T12:00:00.000Z')
  assert.equal(wallText(berlin, '2024-01-01T10:00:00.123Z'), '2024-01-01T11:00:00.123Z')
  assert.equal(
    wallText(zoneNamed('Asia/Kathmandu'), '2024-01-01T00:00:00Z'),
    '2024-01-01T05:45:00.000Z',
  )
  assert.equal(wallText(zoneNamed('+09:00'), '1969-12-31T20:00:00Z'), '1970-01-01T05:00:00.000Z')
  assert.equal(wallText(zoneNamed('GMT-3'), '2024-01-01T00:00:00Z'), '2023-12-31T21:00:00.000Z')
  assert.equal(zoneNamed('UTC'), utc)
  assert.equal(zoneNamed('Mars/Olympus'), undefined)
})

test('what a wall shows leads back to the instant, also around a change of the clocks', () => {
  for (const name of ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Tokyo']) {
    const zone = zoneNamed(name)
    assert.ok(zone !== undefined)
    for (let hour = 0; hour < 24 * 366; hour += 1) {
      const instant = Date.UTC(2024, 0, 1, hour)
      const back = zone.instant(zone.wall(instant))
      // An hour that comes twice is its first coming.
      assert.ok(back === instant || zone.wall(back) === zone.wall(instant), `${name} ${instant}`)
    }
  }
})
