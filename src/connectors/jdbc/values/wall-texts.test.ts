import assert from 'node:assert/strict'
import { test } from 'node:test'
import { between, seededRandom } from '../../../base/random.ts'
import { dateText, dateTimeText, timeText } from './wall-texts.ts'

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))

test(`dates and times are those of toISOString, before 1970 and after 9999 too (SEED=${seed})`, () => {
  const random = seededRandom(seed)
  const days = [0, -1, 1, -719_528, 2_932_896, 2_932_897, 99_999_998, -99_999_998]
  for (let i = 0; i < 2_000; i++) days.push(between(random, -1_000_000, 1_000_000))
  for (const day of days) {
    for (const ms of [0, 1, 999, 86_399_999, between(random, 0, 86_399_999)]) {
      const wallMs = day * 86_400_000 + ms
      const [date, time = ''] = new Date(wallMs).toISOString().split('T')
      assert.equal(dateText(wallMs), date)
      assert.equal(timeText(wallMs), time.slice(0, -1))
      assert.equal(dateTimeText(wallMs), `${date} ${time.slice(0, -1)}`)
    }
  }
})
