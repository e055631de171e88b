/** Schemas outlive the registry: a stop, a kill in the middle of registrations, another cluster. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RegistryClient } from '../../src/client/registry/index.ts'
import { apacheKafkaPeers, newApacheKafka } from '../helpers/clusters.ts'
import { type LeatProcess, startLeat } from '../helpers/leat.ts'
import { withoutPeer } from '../helpers/peers.ts'

const schema = (index: number) => ({
  type: 'AVRO' as const,
  text: JSON.stringify({
    type: 'record',
    name: 'Reading',
    fields: [{ name: `field${index}`, type: 'double', default: 0 }],
  }),
})

/** Everything that can be asked, as it is answered. */
async function contents({ registryUrl }: LeatProcess): Promise<unknown> {
  const paths = ['/schemas?deleted=true', '/config', '/config/kept', '/mode', '/contexts']
  return await Promise.all(
    paths.map(async (path) => await (await fetch(registryUrl + path)).json()),
  )
}

async function fill({ registryUrl }: LeatProcess): Promise<void> {
  const client = new RegistryClient({ urls: [registryUrl] })
  await client.setConfig({ compatibility: 'NONE' })
  await client.register('kept', schema(1))
  await client.register('kept', schema(2))
  await client.register(':.other:kept', schema(3))
  await client.setConfig({ compatibility: 'FULL', normalize: true }, 'kept')
  await client.deleteVersion('kept', 1)
}

test('a registry that is stopped and started has all that it had', async (t) => {
  const leat = await startLeat(t, { registry: true })
  await fill(leat)
  const before = await contents(leat)
  assert.equal(await leat.stop(), 0)
  await leat.start()
  assert.deepEqual(await contents(leat), before)
})

test('kill -9 in the middle of registrations loses no id that was told', async (t) => {
  const leat = await startLeat(t, { registry: true })
  const told = await registerUntilKilled(leat)
  assert.ok(told.size >= 20, `${told.size} ids were told`)
  await leat.start()
  await checkTold(leat, told)
})

test('with kafka.brokers the schemas are in an Apache Kafka, and outlive leat', {
  skip: withoutPeer(...apacheKafkaPeers),
}, async (t) => {
  const kafka = await newApacheKafka(t)
  const leat = await startLeat(t, { registry: true, kafka })
  await fill(leat)
  const before = await contents(leat)
  const told = await registerUntilKilled(leat)
  // Another leat, on another machine as it were, finds them all.
  const other = await startLeat(t, { registry: true, kafka })
  await checkTold(other, told)
  const [all] = (await contents(other)) as [{ subject: string }[]]
  const kept = all.filter(({ subject }) => subject.endsWith('kept'))
  assert.deepEqual(kept, (before as [unknown])[0])
})

/** Registers schemas, many at a time, and kills leat after some; the ids that were told. */
async function registerUntilKilled(leat: LeatProcess): Promise<Map<number, number>> {
  const client = new RegistryClient({ urls: [leat.registryUrl] })
  await client.setConfig({ compatibility: 'NONE' })
  const told = new Map<number, number>()
  let next = 100
  const register = async () => {
    for (;;) {
      const index = next++
      try {
        told.set(await client.register(`subject${index % 7}`, schema(index)), index)
      } catch {
        return
      }
    }
  }
  const registering = Array.from({ length: 8 }, register)
  while (told.size < 20) await Promise.race([registering[0], new Promise(setImmediate)])
  await leat.kill()
  await Promise.all(registering)
  return told
}

async function checkTold(leat: LeatProcess, told: ReadonlyMap<number, number>): Promise<void> {
  const client = new RegistryClient({ urls: [leat.registryUrl] })
  for (const [id, index] of told) {
    const { text } = await client.schemaById(id)
    assert.ok(text.includes(`"field${index}"`), `id ${id} is ${text}`)
  }
  const id = await client.register('new', schema(1_000_000))
  assert.ok(id > Math.max(...told.keys()), 'no id is given twice')
}
