/** The S3 transport of Reader and Writer on a real S3 server: names, order, and what each consistency survives. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Clock, systemClock } from '../src/base/clock.ts'
import type { Logger } from '../src/base/logger.ts'
import { systemRandom } from '../src/base/random.ts'
import { Reader, Writer } from '../src/client/reader-and-writer.ts'
import type { ServiceParameters } from '../src/client/service/index.ts'
import { s3 } from '../src/client/transports/s3/index.ts'
import type {
  IncomingMessage,
  Inlet,
  OutgoingMessage,
  Outlet,
} from '../src/client/transports/transport.ts'
import { dropAnswers } from './helpers/answer-dropper.ts'
import { eventually } from './helpers/eventually.ts'
import { withoutPeer } from './helpers/peers.ts'
import { freePorts } from './helpers/ports.ts'
import { type S3Server, secretKey, startS3 } from './helpers/s3.ts'
import { shared } from './helpers/subject.ts'

const skip = withoutPeer('versitygw')
const server = shared(startS3)
/** 2023-11-15 07:13 in Japan. */
const timestampUs = 1_700_000_000_123_456

interface Given extends Partial<Omit<ServiceParameters, 'spec'>> {
  readonly spec?: Readonly<Record<string, unknown>>
  readonly clock?: Clock
}

class Ends {
  readonly said: string[] = []
  readonly #t: TestContext
  readonly #spec: Readonly<Record<string, unknown>>

  /** Each test has a prefix of its own in the bucket of the file. */
  constructor(t: TestContext, { spec }: S3Server) {
    this.#t = t
    this.#spec = { ...spec, prefix: `raw-${systemRandom.bytes(4).toString('hex')}` }
  }

  get prefix(): string {
    return String(this.#spec.prefix)
  }

  async inlet(given: Given = {}): Promise<Inlet> {
    const inlet = await s3.openInlet(this.#parameters(given), this.#surroundings(given))
    this.#t.after(() => inlet.close())
    return inlet
  }

  async outlet(given: Given = {}): Promise<Outlet> {
    const outlet = await s3.openOutlet(this.#parameters(given), this.#surroundings(given))
    this.#t.after(() => outlet.close())
    return outlet
  }

  #parameters({ spec, clock, ...given }: Given): ServiceParameters {
    return {
      ...{ service: 'test', type: 's3', brokers: [], topics: ['topic'], clientId: 'test' },
      ...{ consistency: 'AT_LEAST_ONCE', valueType: { name: 'text', args: {} } },
      coding: {
        ...{ messageFormat: 3, userDataOnly: false },
        ...{ compression: undefined, encryption: undefined },
      },
      ...{ receiveTimeoutMs: Number.POSITIVE_INFINITY, tls: undefined },
      ...{ retry: { attempts: 1, delayMs: 0, mostDelayMs: 0 }, deadLetters: undefined },
      events: undefined,
      ...given,
      spec: { ...this.#spec, ...spec },
    }
  }

  #surroundings({ clock = systemClock }: Given) {
    const say = (message: string, facts?: object) => {
      this.said.push(`${message} ${JSON.stringify(facts)}`)
    }
    const logger: Logger = {
      ...{ debug: say, info: say, warn: say, error: say },
      with: () => logger,
    }
    return { clock, random: systemRandom, logger }
  }
}

async function endsOnS3(t: TestContext): Promise<Ends> {
  return new Ends(t, await server())
}

function message(text: string, more: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return { topic: 'topic', bytes: Buffer.from(text), timestampUs, ...more }
}

async function hear(inlet: Inlet, count: number): Promise<string[]> {
  return (await take(inlet, count)).map(({ bytes }) => bytes.toString())
}

async function take(inlet: Inlet, count: number): Promise<IncomingMessage[]> {
  const messages: IncomingMessage[] = []
  while (messages.length < count) {
    const one = await inlet.inbox.take(60_000)
    assert.ok(one, `message ${messages.length} did not come`)
    messages.push(one)
  }
  return messages
}

async function hearAll(inlet: Inlet): Promise<string[]> {
  const heard: string[] = []
  for (;;) {
    const one = await inlet.inbox.take()
    if (one === undefined) return heard
    heard.push(one.bytes.toString())
  }
}

test('a message is an object whose name has its date and whose metadata has its time and headers', {
  skip,
}, async (t) => {
  const at = await endsOnS3(t)
  const outlet = await at.outlet({ spec: { name: 'minute' } })
  const headers = [{ key: 'Unit', value: Buffer.from('degree celsius') }]
  const answer = (await outlet.publish(message('one', { headers }))) as Record<string, string>
  assert.equal(answer.bucket, 'lake')
  assert.match(answer.etag ?? '', /^"[0-9a-f]{32}"$/)
  const { uuid, ...counts } = outlet.info().writer as Record<string, unknown>
  assert.deepEqual(counts, { seqno: 1, lost: 0 })
  assert.match(
    String(uuid),
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  )
  assert.equal(answer.key, `${at.prefix}/topic/2023/11/15/07/13/topic-${uuid}-1.bin`)

  const [read] = await take(await at.inlet({ spec: { name: 'minute' } }), 1)
  assert.deepEqual(
    [read?.bytes.toString(), read?.topic, read?.timestampUs],
    ['one', 'topic', timestampUs],
  )
  assert.deepEqual(read?.headers, [{ key: 'unit', value: Buffer.from('degree celsius') }])
  const { key, etag } = (read?.raw ?? {}) as Record<string, string>
  assert.deepEqual({ key, etag }, { key: answer.key, etag: answer.etag })
})

test('Writer and Reader take options of S3 from a service, and without an envelope the time comes from the object', {
  skip,
}, async (t) => {
  const { spec } = await server()
  const service = { no_config: true, type: 's3', user_data_only: true, value_type: 'text' } as const
  const type_spec = { ...spec, prefix: `bare-${Date.now()}` }
  const writer = await Writer.open({ ...service, type_spec, topic: 'bare' })
  t.after(() => writer.close())
  await writer.publish('hello', { timestampUs })
  await writer.publish('world', { timestampUs: timestampUs + 1 })
  assert.equal(writer.info('s3.writer.seqno'), 2)
  await writer.close()
  const reader = await Reader.open({ ...service, type_spec, topics: ['bare'] })
  t.after(() => reader.close())
  const heard: unknown[] = []
  for await (const { value, timestampUs: time, topic } of reader) heard.push([value, time, topic])
  assert.deepEqual(heard, [
    ['hello', timestampUs, 'bare'],
    ['world', timestampUs + 1, 'bare'],
  ])
  for await (const { value } of reader) assert.fail(`${value} came after the end`)
  await reader.seekToBeginning()
  const [again] = await Array.fromAsync(reader)
  assert.equal(again?.value, 'hello')
})

test('a reader reads many pages in the order of writing, whatever the names, and leaves foreign objects', {
  skip,
}, async (t) => {
  const at = await endsOnS3(t)
  const folder = `${at.prefix}/topic/2024/02`
  const wanted: string[] = []
  for (let seqno = 1; seqno <= 2300; seqno++) {
    const day = seqno <= 1100 ? '28' : '29'
    const writtenAt = new Date(1_709_000_000_000 + Math.floor(seqno / 100) * 1000)
    const content = String(seqno)
    ;(await server()).lay(`${folder}/${day}/topic-writer-${seqno}.bin`, content, writtenAt)
    wanted.push(content)
  }
  for (const foreign of [
    '31/x.bin',
    '28/topic-writer-1.txt',
    '28/other-writer-1.bin',
    '28/a/topic-b-1.bin',
  ]) {
    ;(await server()).lay(`${folder}/${foreign}`, 'foreign')
  }
  assert.deepEqual(await hearAll(await at.inlet()), wanted)
})

test('topics are read one after the other, and * stands for all of them', { skip }, async (t) => {
  const at = await endsOnS3(t)
  for (const topic of ['b', 'a', 'a-b', 'deep/er']) {
    await (await at.outlet({ topics: [topic] })).publish(message(topic, { topic }))
  }
  assert.deepEqual(await hearAll(await at.inlet({ topics: ['b', 'a', 'b'] })), ['b', 'a'])
  assert.deepEqual(await hearAll(await at.inlet({ topics: ['deep/er'] })), ['deep/er'])
  assert.deepEqual((await hearAll(await at.inlet({ topics: ['*', 'a'] }))).sort(), [
    'a',
    'a-b',
    'b',
  ])
})

test('with a pause between looks a reader goes on for ever, and hands out each new object once, wherever it is and whatever the clock here says', {
  skip,
}, async (t) => {
  const at = await endsOnS3(t)
  const outlet = await at.outlet()
  await outlet.publish(message('1'))
  const clock = { ...systemClock, now: () => Date.now() + 3_600_000 }
  const inlet = await at.inlet({ clock, spec: { poll_interval_ms: 20 } })
  assert.deepEqual(await hear(inlet, 1), ['1'])
  await outlet.publish(message('2'))
  assert.deepEqual(await hear(inlet, 1), ['2'])
  await outlet.publish(message('earlier', { timestampUs: 0 }))
  assert.deepEqual(await hear(inlet, 1), ['earlier'])
  await outlet.publish(message('last'))
  assert.deepEqual(await hear(inlet, 1), ['last'])
  const waiting = inlet.inbox.take()
  await inlet.close()
  assert.equal(await waiting, undefined)
})

test('a reader seeks the beginning, a time of writing and the end, and nothing comes from before the seek', {
  skip,
}, async (t) => {
  const at = await endsOnS3(t)
  const noon = Date.parse('2024-02-29T12:00:00Z')
  for (let minute = 0; minute < 60; minute++) {
    const key = `${at.prefix}/topic/2024/02/29/topic-w-${minute}.bin`
    ;(await server()).lay(key, String(minute), new Date(noon + minute * 60_000))
  }
  const inlet = await at.inlet({ spec: { poll_interval_ms: 20 } })
  assert.deepEqual(await hear(inlet, 3), ['0', '1', '2'])
  await inlet.seek?.(new Date(noon + 57 * 60_000 + 999))
  assert.deepEqual(await hear(inlet, 3), ['57', '58', '59'])
  await inlet.seek?.('beginning')
  assert.deepEqual(await hear(inlet, 2), ['0', '1'])
  await inlet.seek?.('end')
  await (await at.outlet()).publish(message('new'))
  assert.deepEqual(await hear(inlet, 1), ['new'])

  const ending = await at.inlet()
  await ending.seek?.('end')
  assert.deepEqual(await hearAll(ending), [])
  await ending.seek?.(new Date(noon + 59 * 60_000))
  assert.deepEqual(await hearAll(ending), ['new', '59'])
})

for (const consistency of ['AT_LEAST_ONCE', 'EXACTLY_ONCE'] as const) {
  test(`${consistency} writes an object whose answer was lost ${consistency === 'EXACTLY_ONCE' ? 'only once' : 'again'}, under its name`, {
    skip,
  }, async (t) => {
    const at = await endsOnS3(t)
    const proxy = await dropAnswers(t, (await server()).port)
    const outlet = await at.outlet({ consistency, spec: { endpoint_url: proxy.url } })
    proxy.dropsNext = 2
    const { key, etag } = (await outlet.publish(message('precious'))) as Record<string, string>
    const statuses = consistency === 'EXACTLY_ONCE' ? [200, 412, 412] : [200, 200, 200]
    assert.deepEqual(proxy.statuses, statuses)
    assert.equal(etag === undefined, consistency === 'EXACTLY_ONCE')
    const read = await take(await at.inlet(), 1)
    assert.deepEqual(
      read.map(({ raw }) => (raw as { key: string }).key),
      [key],
    )
  })
}

test('AT_LEAST_ONCE waits for a server that is away, and a reader goes on when it is back', {
  skip,
}, async (t) => {
  const own = await startS3(t)
  const at = new Ends(t, own)
  const outlet = await at.outlet()
  const inlet = await at.inlet({ spec: { poll_interval_ms: 20 } })
  await outlet.publish(message('before'))
  assert.deepEqual(await hear(inlet, 1), ['before'])
  await own.kill()
  let isSettled = false
  const published = outlet.publish(message('after')).finally(() => {
    isSettled = true
  })
  assert.equal(await inlet.inbox.take(200), undefined)
  assert.ok(!isSettled)
  await own.start()
  await published
  assert.deepEqual(await hear(inlet, 1), ['after'])
})

test('AT_MOST_ONCE resolves at once, and what a server that is away does not get is counted and logged once', {
  skip,
}, async (t) => {
  const own = await startS3(t)
  const at = new Ends(t, own)
  const outlet = await at.outlet({ consistency: 'AT_MOST_ONCE' })
  const bytes = Buffer.from('one')
  const answer = await outlet.publish(message('', { bytes }))
  bytes.fill('x')
  assert.deepEqual(Object.keys(answer as object), ['bucket', 'key', 'etag'])
  await eventually('the object', async () => (await own.objects())[0]?.bytes.toString() === 'one')
  await own.kill()
  for (let count = 0; count < 100; count++) await outlet.publish(message('lost'))
  await eventually('all are counted', () => (outlet.info().writer as { lost: number }).lost === 100)
  assert.equal(at.said.filter((line) => /AT_MOST_ONCE did not reach/.test(line)).length, 1)
})

test('publishing faster than the server takes is held back, and a close sends all of it', {
  skip,
}, async (t) => {
  const at = await endsOnS3(t)
  const outlet = await at.outlet({ consistency: 'AT_MOST_ONCE' })
  const messages = Array.from({ length: 300 }, (_, number) => String(number))
  const publishing = messages.map((text) => outlet.publish(message(text)))
  await outlet.close()
  await Promise.all(publishing)
  assert.deepEqual(await hearAll(await at.inlet()), messages)
})

test('who may not, who errs and who finds nobody is told so by kind, and never with a secret', {
  skip,
}, async (t) => {
  const own = await server()
  const at = new Ends(t, own)
  await own.addUser('guest', 'the-secret-of-a-guest')
  const guest = { aws_access_key_id: 'guest', aws_secret_access_key: 'the-secret-of-a-guest' }
  const [nobody = 0] = await freePorts(1)
  const cases = [
    [{ aws_secret_access_key: `${secretKey}-not` }, 'AuthorizationError', /SignatureDoesNotMatch/],
    [{ aws_access_key_id: 'unknown' }, 'AuthorizationError', /access key/],
    [guest, 'AuthorizationError', /AccessDenied/],
    [{ bucket: 'no-such-bucket' }, 'InvalidArgumentError', /no bucket 'no-such-bucket'.*make it/],
    [{ bucket: 'B!' }, 'InvalidArgumentError', /InvalidBucketName/],
    [{ endpoint_url: `http://127.0.0.1:${nobody}` }, 'ConnectionError', /ECONNREFUSED/],
  ] as const
  for (const [spec, name, about] of cases) {
    const error = await at.inlet({ spec, clock: hurriedClock() }).then(
      () => assert.fail(`${JSON.stringify(spec)} is no error`),
      (error: Error) => error,
    )
    assert.equal(error.name, name, error.stack)
    assert.match(error.message, about)
    assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)} ${at.said}`, /secret-of/)
  }
  // Whoever only writes need not be allowed to list, so a writer is told when it writes.
  const outlet = await at.outlet({ spec: guest })
  await assert.rejects(outlet.publish(message('mine')), { name: 'AuthorizationError' })
})

test('a message that cannot be an object is refused, and the next one goes through', {
  skip,
}, async (t) => {
  const at = await endsOnS3(t)
  const outlet = await at.outlet()
  const headers = [{ key: 'unit', value: Buffer.from('°C') }]
  await assert.rejects(outlet.publish(message('x', { headers })), {
    name: 'InvalidArgumentError',
    message: /'unit'/,
  })
  await assert.rejects(outlet.publish(message('x', { topic: 'long'.repeat(300) })), {
    name: /InvalidArgument|Sinet/,
  })
  await outlet.publish(message('good'))
  assert.deepEqual(await hearAll(await at.inlet()), ['good'])
})

/** Time that passes as soon as somebody waits for it. */
function hurriedClock(): Clock {
  let now = Date.now()
  return {
    now: () => now,
    after(ms, action) {
      const timer = setImmediate(() => {
        now += ms
        action()
      })
      return { cancel: () => clearImmediate(timer) }
    },
  }
}
