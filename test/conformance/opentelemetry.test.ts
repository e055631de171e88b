/** OpenTelemetry's own propagators put the context into messages, and find it there. */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { Reader, Writer } from '../../src/index.ts'
import { openDoor } from '../../src/mqtt/testing/doors.ts'
import { startBroker } from '../helpers/broker.ts'
import type { Owner } from '../helpers/folders.ts'
import { peersHome, withoutPeer } from '../helpers/peers.ts'

/** What the test needs of the two packages. */
interface OpenTelemetry {
  readonly ROOT_CONTEXT: object
  readonly propagation: {
    setGlobalPropagator(propagator: object): boolean
    inject(context: object, carrier: object): void
    extract(context: object, carrier: object): object
    createBaggage(entries: object): object
    setBaggage(context: object, baggage: object): object
    getBaggage(context: object): { getEntry(name: string): { value: string } | undefined }
    disable(): void
  }
  readonly trace: {
    setSpanContext(context: object, span: object): object
    getSpanContext(context: object): Record<string, unknown> | undefined
  }
}
interface Propagators {
  readonly CompositePropagator: new (options: { propagators: object[] }) => object
  readonly W3CTraceContextPropagator: new () => object
  readonly W3CBaggagePropagator: new () => object
}

const services = {
  kafka: async (owner: Owner) => ({ type: 'kafka', brokers: (await startBroker(owner)).address }),
  mqtt: async (owner: Owner & Parameters<typeof openDoor>[0]) => ({
    ...{ type: 'mqtt', brokers: `127.0.0.1:${(await openDoor(owner)).port}` },
    type_spec: { protocol: 'MQTTv5' },
  }),
}

for (const [name, start] of Object.entries(services)) {
  test(`over ${name} a span of the writer is the parent for the reader`, {
    skip: withoutPeer('opentelemetry'),
  }, async (t) => {
    const load = createRequire(join(peersHome, 'opentelemetry', 'package.json'))
    const { propagation, trace, ROOT_CONTEXT } = load('@opentelemetry/api') as OpenTelemetry
    const core = load('@opentelemetry/core') as Propagators
    const propagators = [new core.W3CTraceContextPropagator(), new core.W3CBaggagePropagator()]
    propagation.setGlobalPropagator(new core.CompositePropagator({ propagators }))
    t.after(() => propagation.disable())
    const span = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
    }
    const baggage = propagation.createBaggage({ plant: { value: 'münchen' } })
    const active = propagation.setBaggage(trace.setSpanContext(ROOT_CONTEXT, span), baggage)

    const service = { ...(await start(t)), no_config: true, topic: 'traced' } as const
    const sure = { ...service, consistency: 'AT_LEAST_ONCE', value_type: 'text' } as const
    const reader = await Reader.open(sure)
    const writer = await Writer.open(sure, {
      injectTrace: (carrier) => propagation.inject(active, carrier),
    })
    await writer.publish('hello')
    const { value: message } = await reader[Symbol.asyncIterator]().next()
    await Promise.all([reader.close(), writer.close()])

    const extracted = propagation.extract(ROOT_CONTEXT, message.trace ?? {})
    const { isRemote, ...parent } = trace.getSpanContext(extracted) ?? {}
    assert.deepEqual([isRemote, parent], [true, span])
    assert.equal(propagation.getBaggage(extracted).getEntry('plant')?.value, 'münchen')
  })
}
