import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { user } from '../../access/principal.ts'
import { readPass, writePass } from './worker-pass.ts'

const sign = (text: string) => createHmac('sha256', 'key').update(text).digest('base64')
const isSigned = (text: string, signature: string) => sign(text) === signature
const alice = { principal: user('alice'), host: '10.0.0.7' }
const occasion = { method: 'PUT', path: '/connectors/a/pause?forward=true', nowMs: 1_000_000 }

test('a pass says for whom a worker asks, at one path and for a few minutes', () => {
  const pass = writePass(alice, occasion, sign) ?? ''
  assert.deepEqual(readPass(pass, { ...occasion, nowMs: 1_100_000 }, isSigned), alice)
  const others = [
    { ...occasion, method: 'DELETE' },
    { ...occasion, path: '/connectors/b/pause?forward=true' },
    { ...occasion, nowMs: 2_000_000 },
    { ...occasion, nowMs: 0 },
  ]
  for (const other of others) assert.equal(readPass(pass, other, isSigned), undefined)
})

test('what no worker of the group has signed is no pass', () => {
  const pass = writePass(alice, occasion, sign) ?? ''
  const [text = '', signature = ''] = pass.split('.')
  const said = Buffer.from(JSON.stringify(['User:admin', '', 'PUT', occasion.path, 1_000_000]))
  const forged = [
    ...['', '.', 'x', text, `${text}.`, `${text}.${signature}x`],
    `${said.toString('base64url')}.${signature}`,
    `${text}.${createHmac('sha256', 'other').update(text).digest('base64')}`,
    // What workers sign for other ends is none either.
    `${text}.${sign(text)}`,
  ]
  for (const header of forged) assert.equal(readPass(header, occasion, isSigned), undefined)
  assert.equal(
    writePass(alice, occasion, () => undefined),
    undefined,
  )
})
