import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainClient, plainServer } from './plain.ts'
import { talk } from './testing/exchange.ts'

const check = async (user: string, password: string) => user !== 'nobody' && password === 'secret'

test('a user with the right password is let in by PLAIN under the name that was checked', async () => {
  for (const user of ['alice', 'a,b=c', 'さくら', ' alice ', '\u{feff}alice']) {
    const { client, server } = await talk(plainClient(user, 'secret'), plainServer(check))
    assert.deepEqual(client, { kind: 'done' })
    assert.deepEqual(server, { kind: 'done', token: Buffer.alloc(0), login: { user } })
  }
})

test('a name that nobody has and a wrong password are refused with the same sentence', async () => {
  const wrong = await talk(plainClient('alice', 'wrong'), plainServer(check))
  const unknown = await talk(plainClient('nobody', 'secret'), plainServer(check))
  const { user: _, ...refusal } = Object(wrong.server)
  assert.deepEqual(unknown.server, { ...refusal, user: 'nobody' })
  assert.equal(refusal.says, 'Authentication failed: Invalid username or password')
})

test('clients that name themselves as the one to act for are let in, others are not', async () => {
  const server = () => plainServer(check)
  assert.equal((await server().next(Buffer.from('alice\0alice\0secret'))).kind, 'done')
  assert.equal((await server().next(Buffer.from('admin\0alice\0secret'))).kind, 'failed')
})

const malformed: Readonly<Record<string, Buffer>> = {
  'of nothing': Buffer.alloc(0),
  'without a password': Buffer.from('\0alice\0'),
  'without a user': Buffer.from('\0\0secret'),
  'of two parts': Buffer.from('alice\0secret'),
  'of four parts': Buffer.from('\0alice\0secret\0'),
  'that is not UTF-8': Buffer.concat([
    Buffer.from('\0al'),
    Buffer.from([0xc0, 0xaf]),
    Buffer.from('\0secret'),
  ]),
}

for (const [what, token] of Object.entries(malformed)) {
  test(`a token of PLAIN ${what} is refused before anybody is asked`, async () => {
    const server = plainServer(() => assert.fail('a password was checked'))
    assert.equal((await server.next(token)).kind, 'failed')
  })
}
