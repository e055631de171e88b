import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messagePartsOf, metadataOf } from './metadata.ts'

const header = (key: string, value: string) => ({ key, value: Buffer.from(value) })

test('a time and headers come back from the metadata', () => {
  const headers = [header('unit', 'degree celsius'), header('empty', ''), header('x-1', '{"a":1}')]
  const metadata = metadataOf({ timestampUs: 1_700_000_000_123_456, headers })
  assert.deepEqual(metadata, {
    ...{ timestamp: '1700000000123456', unit: 'degree celsius', empty: '', 'x-1': '{"a":1}' },
  })
  assert.deepEqual(messagePartsOf(metadata), { timestampUs: 1_700_000_000_123_456, headers })
})

test('an object of others has the time 0', () => {
  assert.deepEqual(messagePartsOf({}), { timestampUs: 0, headers: undefined })
  assert.equal(messagePartsOf({ timestamp: 'yesterday' }).timestampUs, 0)
})

test('a header that would not come back as it is is refused by name, without its value', () => {
  const wrong = [
    [header('', 'x')],
    [header('two words', 'x')],
    [header('日', 'x')],
    [header('Timestamp', '1')],
    [header('unit', 'x'), header('Unit', 'y')],
    [header('unit', ' secret')],
    [header('unit', 'secret\n')],
    [header('unit', '°C')],
  ]
  for (const headers of wrong) {
    assert.throws(
      () => metadataOf({ timestampUs: 1, headers }),
      ({ name, message }: Error) => {
        return name === 'InvalidArgumentError' && !message.includes('secret')
      },
    )
  }
})
