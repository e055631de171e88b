import assert from 'node:assert/strict'
import { test } from 'node:test'
import { flagIn, integerIn, integersIn, nameIn, namesIn, textIn, textsIn } from './body.ts'

const bounds = { least: 1, most: 10 }

test('what is given is taken, and what is not is absent', () => {
  const body = { name: 'a', count: 3, flag: true, texts: { a: 'x', b: 1, c: true }, names: ['x'] }
  assert.equal(nameIn(body, 'name'), 'a')
  assert.equal(textIn(body, 'other'), undefined)
  assert.equal(integerIn(body, 'count', bounds), 3)
  assert.equal(integerIn({ count: null }, 'count', bounds), undefined)
  assert.equal(flagIn(body, 'flag'), true)
  assert.equal(flagIn({}, 'flag'), false)
  assert.deepEqual(textsIn(body, 'texts'), { a: 'x', b: '1', c: 'true' })
  assert.deepEqual(namesIn(body, 'names'), ['x'])
  assert.equal(integersIn({}, 'partitions'), undefined)
  assert.deepEqual(integersIn({ partitions: [0, 2] }, 'partitions'), [0, 2])
})

test('what is something else is refused with what to write, and not much of it is said', () => {
  const wrong: readonly (readonly [() => unknown, RegExp])[] = [
    [() => nameIn({}, 'name'), /'name' is missing; write a text/],
    [() => nameIn({ name: '' }, 'name'), /'name' is ""/],
    [() => textIn({ key: 1 }, 'key'), /'key' is 1; write a text/],
    [() => integerIn({ count: 11 }, 'count', bounds), /from 1 to 10/],
    [() => integerIn({ count: '3' }, 'count', bounds), /'count' is "3"/],
    [() => flagIn({ flag: 'yes' }, 'flag'), /true or false/],
    [() => textsIn({ set: ['a'] }, 'set'), /write \{ "name": "value" \}/],
    [() => textsIn({ set: { a: {} } }, 'set'), /'a' of 'set' is \{\}; write a text/],
    [() => namesIn({ reset: [1] }, 'reset'), /write \[ "name" \]/],
    [() => integersIn({ partitions: [-1] }, 'partitions'), /write \[ 0, 1 \]/],
  ]
  for (const [read, message] of wrong) assert.throws(read, { code: 'body-invalid', message })
  assert.throws(
    () => flagIn({ flag: 'x'.repeat(1000) }, 'flag'),
    ({ message }: Error) => message.length < 200,
  )
})
