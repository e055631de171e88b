import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { guidOf, guidOfMd5 } from './guid.ts'

/** The MD5 of these pieces, as the hexadecimal digits of a UUID. */
function digest(...pieces: (string | Buffer)[]): string {
  return createHash('md5')
    .update(Buffer.concat(pieces.map((one) => Buffer.from(one))))
    .digest('hex')
}

const there = Buffer.of(1)

test('a guid is the hash of the text, of references, metadata by name, and rules, in this order', () => {
  const guid = guidOf({
    schema: 'text',
    references: [{ name: 'n', subject: 's', version: 258 }],
    metadata: {
      tags: { '10': ['x'], '9': ['y'] },
      properties: { b: '2', a: '1' },
      sensitive: ['a'],
    },
    ruleSet: {
      domainRules: [
        {
          name: 'r',
          kind: 'TRANSFORM',
          mode: 'WRITE',
          type: 'CEL',
          params: { p: 'v' },
          disabled: true,
        },
      ],
    },
  })
  const references = ['n', 's', Buffer.of(0, 0, 1, 2)]
  const metadata = ['10x9y', 'a1b2', 'a']
  const rules = ['r', 'TRANSFORM', 'WRITE', 'CEL', 'pv', there]
  const expected = digest('text', ...references, there, ...metadata, there, ...rules)
  assert.equal(guid.replaceAll('-', ''), expected)
  assert.match(guid, /^.{8}-.{4}-.{4}-.{4}-.{12}$/)
})

test('empty metadata are other than none, and a hash that is told is taken as it is', () => {
  assert.notEqual(guidOf({ schema: 'a', metadata: {} }), guidOf({ schema: 'a' }))
  const md5 = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex').toString('base64')
  assert.equal(guidOfMd5(md5), '00010203-0405-0607-0809-0a0b0c0d0e0f')
})
