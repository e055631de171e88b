import { Broker } from '../../src/broker/index.ts'
import { KafkaClient } from '../../src/client/index.ts'
import { type Owner, temporaryFolder } from './folders.ts'

/** A broker within this process, which closes when everything is gone that `inner` owns. */
export async function startBroker(owner: Owner): Promise<{ address: string; inner: Owner }> {
  // An owner's actions run in the order of their registration; here the last comes first.
  const stack = new AsyncDisposableStack()
  owner.after(() => stack.disposeAsync())
  const broker = stack.adopt(
    await Broker.open({
      directory: temporaryFolder(owner),
      durability: 'disk',
      listeners: [{ host: '127.0.0.1', port: 0 }],
      config: { 'group.initial.rebalance.delay.ms': '0' },
    }),
    (one) => one.close(),
  )
  const inner = { after: (action: () => void | Promise<void>) => stack.defer(async () => action()) }
  return { address: `127.0.0.1:${broker.addresses[0]?.port}`, inner }
}

/** The same, with a client of it. */
export async function startBrokerAndClient(owner: Owner) {
  const { address, inner } = await startBroker(owner)
  const client = new KafkaClient({ brokers: [address], clientId: 'test' })
  inner.after(() => client.close())
  return { address, inner, client }
}
