/** Java and Kafka, for whose texts of names rules and ACLs are written. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { principalMapping } from '../../src/access/principal-mapping.ts'
import { between, pick, type Random, seededRandom } from '../../src/base/random.ts'
import { der, derOid, readDer, tag } from '../../src/base/tls/der.ts'
import { nameText } from '../../src/base/tls/x500-name.ts'
import { javaCommand, peersHome, withoutPeer } from '../helpers/peers.ts'
import { outputOf } from '../helpers/programs.ts'

const program = join(import.meta.dirname, '../helpers/java/CertificateNames.java')
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)
const rounds = 500
const byKafka = { skip: withoutPeer('java', 'kafka-clients') }

test(`names are printed as Java prints them (SEED=${seed})`, byKafka, async () => {
  const random = seededRandom(seed)
  const names = Array.from({ length: rounds }, () => someName(random))
  const answers = await ask(names.map((name) => `name ${name.toString('hex')}`))
  for (const [index, name] of names.entries()) {
    assert.equal(nameText(readDer(name)), answers[index], name.toString('hex'))
  }
})

test(
  `principals are those that Kafka makes of names by its rules (SEED=${seed})`,
  byKafka,
  async () => {
    const random = seededRandom(seed)
    // An empty match makes Java cut such letters in two.
    const isWhole = (name: string) => !/\p{Surrogate}|[\u{10000}-\u{10ffff}]/u.test(name)
    const names = Array.from({ length: 60 }, () => nameText(readDer(someName(random)))).filter(
      isWhole,
    )
    const rules = [...ownRules, ...Array.from({ length: rounds }, () => someRules(random))]
    const asked = rules.flatMap((rule) =>
      [...ownNames, pick(random, names), pick(random, names)].map((name) => [rule, name] as const),
    )
    const answers = await ask(asked.map((texts) => ['map', ...texts.map(base64)].join(' ')))
    for (const [index, [rule, name]] of asked.entries()) {
      const ours = mapped(rule, name)
      // Kafka stumbles over such a rule only when a name fits it.
      if (ours !== stumbling) assert.equal(ours, answers[index], `${rule} of ${name}`)
    }
    const made = new Set(answers)
    assert.ok(made.size > 50, `only ${[...made]}`)
  },
)

const ownNames = [
  'CN=client60,L=MountainView,O=CONFLUENT,C=US',
  'CN=kafka-1,OU=TEST,O=CONFLUENT,L=PaloAlto,ST=Ca,C=US',
  'cn=Some.One,UID=77',
  'CN=Duke\\, the first,OU=ServiceUsers',
  '',
]
const ownRules = [
  'DEFAULT',
  'RULE:^.*[Cc][Nn]=([a-zA-Z0-9.]*).*$/$1/L,DEFAULT',
  'RULE:^CN=([^,]+).*$/$1/,DEFAULT',
  'RULE:^CN=(.*?),OU=ServiceUsers.*$/$1/,RULE:^CN=(.*?),OU=(.*?),O=(.*?),L=(.*?),ST=(.*?),C=(.*?)$/$1@$2/L,RULE:^.*[Cc][Nn]=([a-zA-Z0-9.]*).*$/$1/L,DEFAULT',
  'RULE:^CN=([\\w\\-\\.]+).*$/$0-$1-$9/U',
  ' RULE:(?i)^cn=(\\w+).*$/who is $1 \\$2 $12/ , DEFAULT ',
  'RULE:.*/x/',
  'RULE:^CN=(.*)$/$1/L,RULE:/none/,',
  'RULE:^CN=(.*),O=(.*)$/$3 $4 $5/',
  'RULE:a/b',
  'RULE:^CN=(.*)$/$1/Lower',
  'DEFAULTS',
  'RULE:(/$1/',
  'RULE:^CN=.*$/$1/',
  'RULE:^CN=.*$/a$/',
  'RULE:^CN=\\/x/$1/',
  '',
]

const pieces = {
  pattern: [
    '^',
    'CN=',
    '(.*)',
    '(\\w+)',
    '([^,]+)',
    '.*',
    ',',
    'OU=',
    '$',
    '(.*?)',
    '(?:a|b)?',
    '[A-Z]*',
  ],
  replacement: ['$1', '$2', '$3', '$10', 'x', '-', '\\$', '@', '$0', '\\\\'],
}

function someRules(random: Random): string {
  const some = (from: readonly string[], most: number) =>
    Array.from({ length: between(random, 1, most) }, () => pick(random, from)).join('')
  const rule = () =>
    `RULE:${some(pieces.pattern, 5)}/${some(pieces.replacement, 3)}/${pick(random, ['', '', 'L', 'U'])}`
  const rules = Array.from({ length: between(random, 1, 3) }, rule)
  return [...rules, ...(random.next() < 0.3 ? ['DEFAULT'] : [])].join(pick(random, [',', ' , ']))
}

const stumbling = 'refused at the start'

/** As Java's program answers. */
function mapped(rules: string, name: string): string {
  try {
    return principalMapping(rules)(name) ?? '!'
  } catch (error) {
    assert.match(String(error), /is no rule for principals/)
    return /its replacement/.test(String(error)) ? stumbling : '!'
  }
}

async function ask(lines: readonly string[]): Promise<string[]> {
  const [java = '', ...options] = javaCommand(join(peersHome, 'kafka-clients', '*'))
  const printed = await outputOf([java, ...options, program], { input: `${lines.join('\n')}\n` })
  const answers = printed.split('\n').slice(0, -1)
  assert.equal(answers.length, lines.length)
  return answers.map((answer) =>
    answer === '!' ? answer : Buffer.from(answer, 'base64').toString(),
  )
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

const types = [
  ...['2.5.4.3', '2.5.4.6', '2.5.4.7', '2.5.4.8', '2.5.4.9', '2.5.4.10', '2.5.4.11'],
  ...['0.9.2342.19200300.100.1.1', '0.9.2342.19200300.100.1.25'],
  // E-mail, serial number, a title, something of somebody's own.
  ...['1.2.840.113549.1.9.1', '2.5.4.5', '2.5.4.12', '1.3.6.1.4.1.99999.300.1'],
]
const letters = [...'abcXYZ 019-.', ...' \r\n\t,=+<>#;"\\/*@\0', ...'äßÆ漢😀']
const asciiLetters = letters.filter((letter) => letter <= '~')

function someName(random: Random): Buffer {
  const parts = Array.from({ length: between(random, 0, 5) }, () => {
    const count = random.next() < 0.2 ? 2 : 1
    return der(tag.set, ...Array.from({ length: count }, () => someAttribute(random)))
  })
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
