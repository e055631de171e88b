import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Standing } from './standing.ts'

const [a, b, c] = ['a', 'b', 'c'].map((host) => ({ host, port: 9092 })) as [Host, Host, Host]

interface Host {
  readonly host: string
  readonly port: number
}

const hosts = (addresses: readonly Host[]) => addresses.map(({ host }) => host).join('')

test('brokers are asked in their order, each once', () => {
  assert.equal(hosts(new Standing().sort([a, b, a, c])), 'abc')
})

test('who did not answer is asked after the others, until it answers', () => {
  const standing = new Standing()
  standing.failed(a)
  standing.failed(b)
  assert.equal(hosts(standing.sort([a, b, c])), 'cab')
  standing.failed(a)
  assert.equal(hosts(standing.sort([a, b, c])), 'cba')
  standing.answered(b)
  assert.equal(hosts(standing.sort([a, b, c])), 'bca')
})

test('who does not belong to the cluster any more is forgotten', () => {
  const standing = new Standing()
  standing.failed(a)
  standing.sort([b, c])
  assert.equal(hosts(standing.sort([a, b])), 'ab')
})
