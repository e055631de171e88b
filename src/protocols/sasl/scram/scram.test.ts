import assert from 'node:assert/strict'
import { test } from 'node:test'
import { between, type Random, seededRandom, systemRandom } from '../../../base/random.ts'
import { type Tamper, talk } from '../testing/exchange.ts'
import { ScramClient } from './client.ts'
import { clientProof, credentialOf, isProof, saltPassword, serverSignature } from './keys.ts'
import { scramMechanism, scramMechanisms } from './mechanisms.ts'
import {
  readClientFinal,
  readClientFirst,
  readServerFinal,
  readServerFirst,
  writeServerFirst,
} from './messages.ts'
import { type FindAccount, ScramServer } from './server.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)
const sha256 = mechanismOf('SCRAM-SHA-256')

/** RFC 7677, section 3: user `user`, password `pencil`. */
const example = {
  clientFirst: 'n,,n=user,r=rOprNGfwEbeRWgbNEkqO',
  serverFirst:
    'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
  clientFinal:
    'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
  serverFinal: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
}

test("the example of SCRAM-SHA-256's RFC is read, and computed, as it is printed there", async () => {
  const first = readClientFirst(Buffer.from(example.clientFirst))
  const serverFirst = readServerFirst(example.serverFirst)
  const final = readClientFinal(Buffer.from(example.clientFinal))
  assert.ok(first && serverFirst && final)
  assert.deepEqual([first.name, first.header, final.header], ['user', 'n,,', 'n,,'])
  assert.equal(writeServerFirst(serverFirst), example.serverFirst)
  const all = `${first.bare},${example.serverFirst},${final.withoutProof}`
  const { salt, iterations } = serverFirst
  const salted = await saltPassword(sha256, 'pencil', salt, iterations)
  const credential = credentialOf(sha256, salted, serverFirst)
  assert.deepEqual(clientProof(sha256, salted, all), final.proof)
  assert.ok(isProof(sha256, credential, final.proof, all))
  assert.deepEqual(readServerFinal(example.serverFinal), {
    signature: serverSignature(sha256, credential.serverKey, all),
  })
})

for (const mechanism of scramMechanisms) {
  test(`whoever knows the password gets in with ${mechanism.name}, and nobody else`, async () => {
    for (const user of ['alice', 'a=b,c', '=2C', 'jürgen', 'さくら', 'a b\n']) {
      const right = await login(mechanism.name, user, 'secret', 'secret')
      assert.deepEqual(right.client, { kind: 'done' })
      assert.deepEqual(right.server?.kind === 'done' && right.server.login, { user })
      for (const wrong of ['Secret', 'secret ', '\0', 'sécret']) {
        const refused = await login(mechanism.name, user, wrong, 'secret')
        assert.equal(refused.server?.kind, 'failed')
      }
    }
  })
}

test('a login of which one byte was changed on its way fails on one of the two sides', async (t) => {
  t.diagnostic(`SEED=${seed}`)
  const random = seededRandom(seed)
  const { tokens } = await login('SCRAM-SHA-256', 'alice', 'secret', 'secret')
  for (const [index, token] of tokens.entries()) {
    for (let at = 0; at < token.length; at++) {
      const flip: Tamper = (bytes, number) => {
        if (number === index) bytes[at] = (bytes[at] ?? 0) ^ between(random, 1, 255)
        return bytes
      }
      const { client, server } = await login('SCRAM-SHA-256', 'alice', 'secret', 'secret', flip)
      const isIn = client?.kind === 'done' && server?.kind === 'done'
      assert.ok(!isIn, `token ${index}, byte ${at}: ${token}`)
      if (index % 2 === 0) assert.notEqual(server?.kind, 'done', `token ${index}, byte ${at}`)
    }
  }
})

test('what was said in one login is worth nothing in another one', async () => {
  const find = accountsOf('SCRAM-SHA-256', 'secret')
  const { tokens } = await login('SCRAM-SHA-256', 'alice', 'secret', 'secret')
  const server = new ScramServer(sha256, find, systemRandom)
  await server.next(tokens[0] as Buffer)
  const step = await server.next(tokens[2] as Buffer)
  assert.deepEqual(step, {
    kind: 'failed',
    why: 'the nonce belongs to another login',
    user: 'alice',
  })
})

test('a nonce is taken with its first half doubled, as older librdkafkas send it, and no other', async () => {
  for (const [change, isTaken] of [
    [(first: string, whole: string) => first + whole, true],
    [(first: string, whole: string) => first + first + whole, false],
    [(_first: string, whole: string) => `x${whole}`, false],
    [(first: string, _whole: string) => first, false],
  ] as const) {
    const server = new ScramServer(sha256, accountsOf('SCRAM-SHA-256', 'secret'), systemRandom)
    const opened = await server.next(Buffer.from('n,,n=alice,r=abc'))
    const serverFirst = opened.kind === 'reply' ? opened.token.toString() : ''
    const said = readServerFirst(serverFirst)
    assert.ok(said)
    const withoutProof = `c=biws,r=${change('abc', said.nonce)}`
    const salted = await saltPassword(sha256, 'secret', said.salt, said.iterations)
    const all = `n=alice,r=abc,${serverFirst},${withoutProof}`
    const proof = clientProof(sha256, salted, all).toString('base64')
    const { kind } = await server.next(Buffer.from(`${withoutProof},p=${proof}`))
    assert.equal(kind, isTaken ? 'done' : 'failed')
  }
})

const refusedOpenings: Readonly<Record<string, string>> = {
  'a channel binding that nobody offers': 'p=tls-unique,,n=alice,r=abc',
  'an extension that must be understood': 'n,,m=x,n=alice,r=abc',
  'such an extension at the end': 'n,,n=alice,r=abc,m=x',
  'no user': 'n,,n=,r=abc',
  'no nonce': 'n,,n=alice,r=',
  'a nonce with a space': 'n,,n=alice,r=a bc',
  'an escape that there is not': 'n,,n=al=2cice,r=abc',
  'a bare equals sign': 'n,,n=al=ice,r=abc',
  'an extension that is given twice': 'n,,n=alice,r=abc,x=1,x=2',
  'an extension without a value': 'n,,n=alice,r=abc,x',
  'names in the wrong order': 'n,,r=abc,n=alice',
  'no header': 'n=alice,r=abc',
  'another who acts': 'n,a=admin,n=alice,r=abc',
  'another who acts, badly written': 'n,a==,n=alice,r=abc',
  'a NUL in the name': 'n,,n=al\0ice,r=abc',
  nothing: '',
}

for (const [what, opening] of Object.entries(refusedOpenings)) {
  test(`SCRAM is not begun with ${what}`, async () => {
    const server = new ScramServer(sha256, accountsOf('SCRAM-SHA-256', 'secret'), systemRandom)
    assert.equal((await server.next(Buffer.from(opening))).kind, 'failed')
  })
}

test('a name whose bytes are not UTF-8 is refused, so that no two become one', async () => {
  const server = new ScramServer(sha256, accountsOf('SCRAM-SHA-256', 'secret'), systemRandom)
  const opening = Buffer.concat([Buffer.from('n,,n='), Buffer.from([0xff]), Buffer.from(',r=abc')])
  assert.equal((await server.next(opening)).kind, 'failed')
})

test('a client says that its name is the id of a token, and the token is looked up', async () => {
  const asked: [string, boolean][] = []
  const find: FindAccount = (name, isTokenId) => {
    asked.push([name, isTokenId])
    return accountsOf('SCRAM-SHA-256', 'hmac')(name, isTokenId)
  }
  const client = new ScramClient({
    mechanism: sha256,
    user: 'token-1',
    password: 'hmac',
    random: systemRandom,
    extensions: { tokenauth: 'true' },
  })
  const { server } = await talk(client, new ScramServer(sha256, find, systemRandom))
  assert.equal(server?.kind, 'done')
  assert.deepEqual(asked, [['token-1', true]])
})

const wrongServers: Readonly<Record<string, (clientFirst: string) => string>> = {
  'answers with the nonce of another login': () => 'r=abcdef,s=c2FsdA==,i=4096',
  'adds nothing to the nonce': (nonce) => `r=${nonce},s=c2FsdA==,i=4096`,
  'asks for too few iterations': (nonce) => `r=${nonce}x,s=c2FsdA==,i=4095`,
  'asks for a minute of work': (nonce) => `r=${nonce}x,s=c2FsdA==,i=99999999`,
  'asks for iterations that are no number': (nonce) => `r=${nonce}x,s=c2FsdA==,i=4096x`,
  'has no salt': (nonce) => `r=${nonce}x,s=,i=4096`,
  'has an extension that must be understood': (nonce) => `m=x,r=${nonce}x,s=c2FsdA==,i=4096`,
}

for (const [what, answer] of Object.entries(wrongServers)) {
  test(`a client ends a login with a server that ${what}`, async () => {
    const client = new ScramClient({
      mechanism: sha256,
      user: 'alice',
      password: 'secret',
      random: systemRandom,
    })
    const nonce = readClientFirst(client.first())?.nonce ?? ''
    assert.equal((await client.next(Buffer.from(answer(nonce)))).kind, 'failed')
  })
}

test('a server that does not know the password cannot pretend to', async () => {
  const find = accountsOf('SCRAM-SHA-256', 'another')
  const impostor = new ScramServer(sha256, find, systemRandom)
  const client = new ScramClient({
    mechanism: sha256,
    user: 'alice',
    password: 'secret',
    random: systemRandom,
  })
  const serverFirst = await impostor.next(client.first())
  assert.equal(serverFirst.kind, 'reply')
  if (serverFirst.kind === 'reply') await client.next(serverFirst.token)
  const step = await client.next(Buffer.from(example.serverFinal))
  assert.match(step.kind === 'failed' ? step.why : '', /does not know the password/)
})

test('noise is refused by server and client, and breaks neither', async (t) => {
  t.diagnostic(`SEED=${seed}`)
  const random = seededRandom(seed)
  const alphabet = 'nyrcpvesiam=,,==a0/+%\0é'
  for (let round = 0; round < 2000; round++) {
    const noise = Array.from({ length: between(random, 0, 40) }, () => letter(random, alphabet))
    const token = Buffer.from(noise.join(''))
    const server = new ScramServer(sha256, accountsOf('SCRAM-SHA-256', 'secret'), random)
    assert.notEqual((await server.next(token)).kind, 'done')
    const client = new ScramClient({ mechanism: sha256, user: 'a', password: 'b', random })
    assert.equal((await client.next(token)).kind, 'failed')
  }
})

function letter(random: Random, alphabet: string): string {
  return alphabet[between(random, 0, alphabet.length - 1)] ?? ''
}

function login(name: string, user: string, says: string, password: string, tamper?: Tamper) {
  const mechanism = mechanismOf(name)
  const client = new ScramClient({ mechanism, user, password: says, random: systemRandom })
  return talk(client, new ScramServer(mechanism, accountsOf(name, password), systemRandom), tamper)
}

/** Everybody has this password. */
function accountsOf(name: string, password: string): FindAccount {
  const mechanism = mechanismOf(name)
  const salt = Buffer.from('salt')
  return async (user) => {
    const salted = await saltPassword(mechanism, password, salt, 4096)
    const credential = credentialOf(mechanism, salted, { salt, iterations: 4096 })
    return { credential, login: { user } }
  }
}

function mechanismOf(name: string) {
  const mechanism = scramMechanism(name)
  assert.ok(mechanism, `there is no ${name}`)
  return mechanism
}
