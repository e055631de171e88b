import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type OffsetRange, parseOffsetRange } from './offset-range.ts'

const now = Date.UTC(2026, 0, 31, 12)
const hour = 3_600_000

const ranges: Record<string, OffsetRange> = {
  start: { from: { at: 'start' } },
  end: { from: { at: 'end' } },
  ':end': { from: { at: 'start' }, to: { at: 'end' } },
  '+5': { from: { afterStart: 5n } },
  '-5': { from: { beforeEnd: 5n } },
  '7': { from: { offset: 7n } },
  '7:': { from: { offset: 7n } },
  ':9': { from: { at: 'start' }, to: { offset: 9n } },
  '7:9': { from: { offset: 7n }, to: { offset: 9n } },
  '7:end': { from: { offset: 7n }, to: { at: 'end' } },
  '@1769860800000': { from: { timeMs: 1769860800000 } },
  '@1769860800': { from: { timeMs: 1769860800000 } },
  '@2026-01-31': { from: { timeMs: Date.UTC(2026, 0, 31) } },
  '@2026-01-31T10:00:00Z:2026-01-31T11:00:00.500Z': {
    from: { timeMs: now - 2 * hour },
    to: { timeMs: now - hour + 500 },
  },
  '@-1h:end': { from: { timeMs: now - hour }, to: { at: 'end' } },
  '@-48h:-1h30m': { from: { timeMs: now - 48 * hour }, to: { timeMs: now - 1.5 * hour } },
  '@:-1d': { from: { at: 'start' }, to: { timeMs: now - 24 * hour } },
}

for (const [text, expected] of Object.entries(ranges)) {
  test(`the offset '${text}' is understood as rpk does`, () => {
    assert.deepEqual(parseOffsetRange(text, now), expected)
  })
}

test('a text that is no range is none', () => {
  for (const text of ['', ':', 'first', '5-7', '@', '@yesterday', '--5', '@2026-13-45']) {
    assert.equal(parseOffsetRange(text, now), undefined, text)
  }
})
