/** Doors before one cluster, whose clients share a subscription. */
import type { TestContext } from 'node:test'
import type { MqttLimits } from '../limits.ts'
import { connect, openDoor } from './doors.ts'
import { FakeKafka } from './fake-kafka.ts'

export const filter = '$share/g/work'
export type Client = Awaited<ReturnType<typeof connect>>

/** Where doors die: the others find out soon. */
export const soon = { doorSilenceMs: 600 }

export function cluster(t: TestContext, limits: Partial<MqttLimits> = {}) {
  const kafka = new FakeKafka()
  kafka.create('work')
  const open = () =>
    openDoor(
      t,
      { isShared: true, limits: { doorSilenceMs: 60_000, closeMs: 1000, ...limits } },
      kafka,
    )
  const produce = (from: number, to: number) => {
    for (let number = from; number < to; number++) kafka.produce('work', `${number}`)
  }
  return { kafka, open, produce }
}

export async function member(
  t: TestContext,
  { url }: { url: string },
  options = {},
): Promise<Client> {
  const client = await connect(t, url, options)
  await client.subscribeAsync(filter, { qos: 1 })
  return client
}

export const payloads = (...clients: Client[]) =>
  clients.flatMap(({ received }) => received.map(({ payload }) => Number(payload)))
export const inOrder = (numbers: readonly number[]) => numbers.toSorted((one, other) => one - other)
export const numbers = (to: number) => Array.from({ length: to }, (_, index) => index)
