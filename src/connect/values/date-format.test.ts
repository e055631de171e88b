import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dateFormat } from './date-format.ts'

const date = new Date('2024-02-09T15:04:05.006Z')

for (const [pattern, text] of [
  ["yyyy-MM-dd'T'HH:mm:ss.SSSX", '2024-02-09T15:04:05.006Z'],
  ['yyMMdd', '240209'],
  ['d.M.yyyy', '9.2.2024'],
  ['EEE, d MMM yyyy', 'Fri, 9 Feb 2024'],
  ['EEEE MMMM', 'Friday February'],
  ['hh:mm a', '03:04 PM'],
  ["h 'o''clock'", "3 o'clock"],
  ['D kk K', '40 15 3'],
  ['HH:mm:ss Z z', '15:04:05 +0000 UTC'],
] as const) {
  test(`${pattern} writes ${text}`, () => assert.equal(dateFormat(pattern).format(date), text))
}

for (const [pattern, text, iso] of [
  ['yyyy-MM-dd', '2024-02-30', '2024-03-01T00:00:00.000Z'],
  ['yyyyMMddHHmm', '202402091504', '2024-02-09T15:04:00.000Z'],
  ["yyyy-MM-dd'T'HH:mm:ssX", '2024-02-09T15:04:05+02:00', '2024-02-09T13:04:05.000Z'],
  ['d MMM yyyy hh a', '9 Feb 2024 03 PM', '2024-02-09T15:00:00.000Z'],
  ['yyyy-MM-dd', '2024-02-09 and more', '2024-02-09T00:00:00.000Z'],
] as const) {
  test(`${pattern} reads ${text}`, () => {
    assert.equal(dateFormat(pattern).parse(text)?.toISOString(), iso)
  })
}

test('what does not match is not read, and two digits are no year', () => {
  assert.equal(dateFormat('yyyy-MM-dd').parse('yesterday'), undefined)
  assert.equal(dateFormat('yy-MM').parse('24-02'), undefined)
})

test('unknown letters and open quotes are refused', () => {
  assert.throws(() => dateFormat('yyyy-ww'), /Illegal pattern character 'w'/)
  assert.throws(() => dateFormat("yyyy 'and"), /Unterminated quote/)
})
