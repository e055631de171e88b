/** Java, whose texts of names are what the rules and the ACLs of Kafka are written for. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { between, pick, type Random, seededRandom } from '../../src/base/random.ts'
import { der, derOid, readDer, tag } from '../../src/base/tls/der.ts'
import { nameText } from '../../src/base/tls/x500-name.ts'
import { javaCommand, withoutPeer } from '../helpers/peers.ts'
import { outputOf } from '../helpers/programs.ts'

const program = join(import.meta.dirname, '../helpers/java/CertificateNames.java')
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)
const rounds = 500

test(`names are printed as Java prints them (SEED=${seed})`, {
  skip: withoutPeer('java'),
}, async () => {
  const random = seededRandom(seed)
  const names = Array.from({ length: rounds }, () => someName(random))
  const [java = '', ...options] = javaCommand('.')
  const input = names.map((name) => `${name.toString('hex')}\n`).join('')
  const printed = await outputOf([java, ...options, program], { input })
  const lines = printed.trimEnd().split('\n')
  assert.equal(lines.length, rounds)
  for (const [index, name] of names.entries()) {
    const theirs = Buffer.from(lines[index] ?? '', 'base64').toString('utf8')
    assert.equal(nameText(readDer(name)), theirs, name.toString('hex'))
  }
})

const types = [
  ...['2.5.4.3', '2.5.4.6', '2.5.4.7', '2.5.4.8', '2.5.4.9', '2.5.4.10', '2.5.4.11'],
  ...['0.9.2342.19200300.100.1.1', '0.9.2342.19200300.100.1.25'],
  // E-mail, serial number, a title, something of somebody's own.
  ...['1.2.840.113549.1.9.1', '2.5.4.5', '2.5.4.12', '1.3.6.1.4.1.99999.300.1'],
]
const letters = [...'abcXYZ 019-.', ...' \r\n\t,=+<>#;"\\/*@\0', ...'äßÆ漢😀']
const asciiLetters = letters.filter((letter) => letter <= '~')

function someName(random: Random): Buffer {
  const parts = Array.from({ length: between(random, 0, 5) }, () =>
    der(
      tag.set,
      ...Array.from({ length: between(random, 1, 4) === 4 ? 2 : 1 }, () => someAttribute(random)),
    ),
  )
  return der(tag.sequence, ...parts)
}

function someAttribute(random: Random): Buffer {
  const isUtf8 = random.next() < 0.5
  const alphabet = isUtf8 ? letters : asciiLetters
  const text = Array.from({ length: between(random, 0, 8) }, () => pick(random, alphabet)).join('')
  const stringTag = isUtf8 ? tag.utf8String : pick(random, [tag.printableString, tag.ia5String])
  const value =
    random.next() < 0.05 ? der(tag.integer, Buffer.from([7])) : der(stringTag, Buffer.from(text))
  return der(tag.sequence, derOid(pick(random, types)), value)
}
