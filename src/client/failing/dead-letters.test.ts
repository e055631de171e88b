import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LeatError } from '../../base/errors.ts'
import { silentLogger } from '../../base/logger.ts'
import { seededRandom } from '../../base/random.ts'
import { ManualClock } from '../../base/testing/manual-clock.ts'
import { resolveReader } from '../service/index.ts'
import type { IncomingMessage, OutgoingMessage, Transport } from '../transports/transport.ts'
import { Aftercare } from './aftercare.ts'
import { deadLetterHeaders } from './dead-letter-headers.ts'

const incoming: IncomingMessage = {
  topic: 'readings',
  bytes: Buffer.from([0xff, 0x00]),
  timestampUs: 1,
  key: Buffer.from('k'),
  headers: [{ key: 'h', value: Buffer.from([0xfe]) }],
  place: { partition: '3', offset: '42' },
  raw: undefined,
}
const failure = { error: new Error('no'), attempts: 1, mayPass: false }

/** Care over a transport whose publishing the test holds in its hands. */
async function care(given: object) {
  const clock = new ManualClock()
  const publishing: (PromiseWithResolvers<unknown> & { message: OutgoingMessage })[] = []
  const opened: unknown[] = []
  const transport = {
    carriage: () => ({ headers: 'utf-8' }),
    reads: () => false,
    ownSpecKeys: ['acks'],
    openOutlet: async (parameters: unknown) => {
      opened.push(parameters)
      const publish = (message: OutgoingMessage) => {
        const one = { ...Promise.withResolvers<unknown>(), message }
        publishing.push(one)
        return one.promise
      }
      return { publish, info: () => ({}), close: async () => {} }
    },
  } as unknown as Transport
  const service = {
    ...{ no_config: true, type: 'kafka', brokers: 'b', topic: 'readings' },
    ...{ client_id: 'c', type_spec: { acks: 0, linger_ms: 5 } },
  }
  const parameters = await resolveReader({ ...service, ...given })
  const surroundings = { clock, random: seededRandom(1), logger: silentLogger }
  return {
    ...{ clock, publishing, opened },
    aftercare: await Aftercare.open(parameters, transport, surroundings),
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
}

test('the letter goes by a connection of its own, acknowledged whatever the consistency, byte by byte', async () => {
  const { aftercare, publishing, opened } = await care({ dead_letters: { topic: 'dead' } })
  let outcome: string | undefined
  const seeing = aftercare.see(incoming, failure).then((one) => {
    outcome = one
  })
  await settle()
  assert.equal(outcome, undefined)
  publishing[0]?.resolve({})
  await seeing
  assert.equal(outcome, 'kept')
  const { topics, consistency, clientId, spec } = Object(opened[0])
  assert.deepEqual(
    { topics, consistency, clientId, spec },
    {
      topics: ['dead'],
      consistency: 'AT_LEAST_ONCE',
      clientId: 'c-dead-letters',
      spec: { linger_ms: 5 },
    },
  )
  const { topic, bytes, key, headers } = Object(publishing[0]?.message)
  assert.deepEqual([topic, bytes, key], ['dead', incoming.bytes, incoming.key])
  assert.deepEqual(headers[0], { key: 'h', value: Buffer.from([0xfe]) })
})

test('a broker that is away is asked again until it acknowledges, or the reader is closed', async () => {
  const { aftercare, publishing, clock } = await care({ dead_letters: { topic: 'dead' } })
  const away = new LeatError('away', 'It is away.', { retriable: true })
  const kept = aftercare.see(incoming, failure)
  for (let times = 0; times < 3; times += 1) {
    publishing[times]?.reject(away)
    await settle()
    clock.advance(1000)
    await settle()
  }
  publishing[3]?.resolve({})
  assert.equal(await kept, 'kept')

  const left = aftercare.see(incoming, failure)
  publishing[4]?.reject(away)
  await settle()
  await aftercare.close()
  assert.equal(await left, 'closed')
})

test('what no waiting will change is thrown', async () => {
  const { aftercare, publishing } = await care({ dead_letters: { topic: 'dead' } })
  const seeing = aftercare.see(incoming, failure)
  publishing[0]?.reject(new LeatError('message-too-large', 'It is too large.'))
  await assert.rejects(seeing, /too large/)
})

test('the pause doubles with each attempt, up to the most', async () => {
  const retry = { attempts: 6, delay_ms: 100, max_delay_ms: 400 }
  const { aftercare, clock } = await care({ retry })
  const pauses: number[] = []
  for (let attempts = 1; attempts < 6; attempts += 1) {
    const since = clock.now()
    let isDue = false
    const seeing = aftercare.see(incoming, { ...failure, attempts, mayPass: true }).then((one) => {
      isDue = one === 'again'
    })
    for (; !isDue; await settle()) clock.advance(1)
    await seeing
    pauses.push(clock.now() - since)
  }
  for (const [index, middle] of [100, 200, 400, 400, 400].entries()) {
    const ms = pauses[index] ?? 0
    assert.ok(ms >= middle * 0.8 && ms <= middle * 1.2 + 1, `${pauses}`)
  }
  assert.equal(
    await aftercare.see(incoming, { ...failure, attempts: 6, mayPass: true }),
    'unsettled',
  )
})

test('headers say why, where, when and how often, also where only ASCII can be said', () => {
  const error = new RangeError(`50% 測定\t${'x'.repeat(1000)}`)
  const said = (text: 'utf-8' | 'ascii') =>
    Object.fromEntries(
      deadLetterHeaders(incoming, { ...failure, error }, 0, text).map(({ key, value }) => [
        key,
        Buffer.from(value).toString(),
      ]),
    )
  assert.deepEqual(said('utf-8'), {
    h: '\ufffd',
    'dead-letter-reason': `50% 測定 ${'x'.repeat(500 - 7)}`,
    'dead-letter-error': 'RangeError',
    'dead-letter-topic': 'readings',
    'dead-letter-partition': '3',
    'dead-letter-offset': '42',
    'dead-letter-time': '1970-01-01T00:00:00.000Z',
    'dead-letter-attempts': '1',
  })
  const reason = said('ascii')['dead-letter-reason'] ?? ''
  assert.match(reason, /^[ -~]+$/)
  assert.equal(decodeURIComponent(reason), `50% 測定 ${'x'.repeat(60 - 7)}`)
})
