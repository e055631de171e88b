import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32c, crc32cInTables } from './crc32c.ts'
import { between, seededRandom } from './random.ts'

const ascending = Buffer.from(Array.from({ length: 32 }, (_, index) => index))

const vectors: [string, Buffer, number][] = [
  ['32 zeros', Buffer.alloc(32), 0x8a9136aa],
  ['32 ones', Buffer.alloc(32, 0xff), 0x62a8ab43],
  ['32 ascending bytes', ascending, 0x46dd794e],
  ['32 descending bytes', Buffer.from(ascending).reverse(), 0x113fdb5c],
  ['the digits 1 to 9', Buffer.from('123456789'), 0xe3069283],
  ['nothing', Buffer.alloc(0), 0],
]

for (const [name, bytes, expected] of vectors) {
  test(`the checksum of ${name} is the one that RFC 3720 prints`, () => {
    assert.equal(crc32c(bytes), expected)
  })
}

test('the native checksum and the one of the tables agree on every length and place', () => {
  const seed = Number(process.env.SEED ?? Date.now() % 2 ** 32)
  const random = seededRandom(seed)
  const bytes = random.bytes(4096)
  for (let round = 0; round < 200; round++) {
    const start = between(random, 0, bytes.length)
    const end = between(random, start, bytes.length)
    assert.equal(crc32c(bytes, start, end), crc32cInTables(bytes, start, end), `SEED=${seed}`)
  }
})
