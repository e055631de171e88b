import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import { portOwner } from './port-owner.ts'

const linuxOnly = { skip: existsSync('/proc/net/tcp') ? false : 'this system has no /proc/net/tcp' }

for (const host of ['127.0.0.1', '::1']) {
  test(`the process that listens on a port of ${host} is named`, linuxOnly, async (t) => {
    const server = createServer()
    const listens = await new Promise((resolve) => {
      server.on('error', () => resolve(false)).listen(0, host, () => resolve(true))
    })
    if (!listens) return t.skip(`this machine has no ${host}`)
    t.after(() => server.close())
    const { port } = server.address() as AddressInfo
    assert.match(portOwner(port) ?? '', new RegExp(`^process ${process.pid} \\(.+\\)$`))
  })
}

test('a port that nobody listens on has no owner', () => {
  assert.equal(portOwner(1), undefined)
})

test('a system that tells nothing gives no owner', () => {
  assert.equal(portOwner(9092, '/nowhere'), undefined)
})
