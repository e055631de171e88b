/**
 * What the consistency of a service promises, while leat is stopped, killed and started again in
 * between: nothing written AT_LEAST_ONCE is lost, nothing written EXACTLY_ONCE comes twice.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { Reader, Writer } from '../../src/index.ts'
import { eventually } from '../helpers/eventually.ts'
import { type LeatProcess, startLeat } from '../helpers/leat.ts'

const messages = 600
/** After so many the broker goes, one way or the other. */
const stops = [100, 250, 400]

type Consistency = 'AT_LEAST_ONCE' | 'EXACTLY_ONCE'

function service(leat: LeatProcess, type: 'kafka' | 'mqtt', consistency: Consistency) {
  const common = {
    no_config: true,
    topic: `consistency-${type}`,
    consistency,
    value_type: 'text',
  } as const
  const id = randomUUID()
  if (type === 'kafka') {
    return { ...common, type, brokers: leat.brokers, type_spec: { group_id: `group-${id}` } }
  }
  return {
    ...common,
    type,
    brokers: `127.0.0.1:${leat.mqttPort}`,
    type_spec: { clean_session: false, reconnect_delay: { min_delay: 0.05, max_delay: 0.5 } },
  }
}

for (const type of ['kafka', 'mqtt'] as const) {
  for (const consistency of ['AT_LEAST_ONCE', 'EXACTLY_ONCE'] as const) {
    test(`over ${type}, ${consistency} holds while leat is stopped and killed, and the reader is opened again`, async (t) => {
      const leat = await startLeat(t)
      const parameters = service(leat, type, consistency)
      const readerParameters = { ...parameters, client_id: `reader-${randomUUID()}` }
      const heard: number[] = []
      let reader = await Reader.open(readerParameters)
      const read = async () => {
        for await (const message of reader) heard.push(Number(message.value))
      }
      let reading = read()
      await using writer = await Writer.open({
        ...parameters,
        client_id: `writer-${randomUUID()}`,
      })
      const published: Promise<unknown>[] = []
      for (let number = 0; number < messages; number++) {
        published.push(writer.publish(String(number)))
        if (number % 10 === 9) await Promise.race([Promise.all(published), beat()])
        if (!stops.includes(number)) continue
        if (number === 250) await leat.stop()
        else await leat.kill()
        await leat.start()
        if (number !== 400) continue
        // A reader that goes and comes again goes on where it was.
        await reader.close()
        await reading
        reader = await Reader.open(readerParameters)
        reading = read()
      }
      await Promise.all(published)
      await eventually(
        'all messages are heard',
        async () => new Set(heard).size === messages,
        60_000,
      )
      await reader.close()
      await reading
      if (consistency === 'EXACTLY_ONCE') assert.equal(heard.length, messages)
    })
  }
}

/** Lets what is under way go on, without waiting for it. */
async function beat(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve))
}
