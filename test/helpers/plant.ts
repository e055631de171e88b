/** A plant with a bit of everything, before which a browser stands. */
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { KafkaClient, moveGroup } from '../../src/client/index.ts'
import { MqttPublisher } from '../../src/client/mqtt/index.ts'
import { startChromium, WatchedPage } from './chromium.ts'
import { ConnectRest } from './connect.ts'
import { type Owner, temporaryFolder } from './folders.ts'
import { type LeatProcess, type LeatSettings, startLeat } from './leat.ts'

export interface Plant {
  readonly leat: LeatProcess
  readonly client: KafkaClient
  readonly browser: Browser
  readonly watched: WatchedPage
  /** Over MQTT; resolves when it is acknowledged. */
  publish(topic: string, message: string): Promise<void>
  /** Of the console. */
  urlOf(path: string): string
}

/** Every page of it, besides the overview. */
export const plantPages: readonly string[] = [
  ...['/topics', '/topics/plant.pump-1?open=0-0', '/topics/plant.pump-1?live=1'],
  ...['/topics/plant.pump-1/partitions', '/topics/plant.pump-1/configuration?all=1'],
  ...['/topics/plant.pump-1/groups', '/groups', '/groups/readers'],
  ...[
    '/connectors',
    '/connectors/to-file',
    '/schemas',
    '/schemas/pumps-value',
    '/pipelines',
    '/nowhere',
  ],
]

const pumpSchema = schemaOf('pressure')

/** A broker, MQTT, a registry with a schema, a connector, a pipeline, and a group that has read a topic. */
export async function startPlant(owner: Owner, settings: LeatSettings = {}): Promise<Plant> {
  const file = join(temporaryFolder(owner), 'out.txt')
  const sink = { 'connector.class': 'FileStreamSink', topics: 'plant.pump-1', file }
  const [leat, browser] = await Promise.all([
    startLeat(owner, {
      ...{ ownBroker: true, registry: true, connectors: { 'to-file': sink } },
      pipelines: { warm: { from: 'plant.pump-1', format: 'text', to: { topic: 'warm' } } },
      ...settings,
    }),
    startChromium(owner),
  ])
  // Before that a page that asks for connectors may be told to come again.
  await new ConnectRest(leat.connectUrl).becomes('to-file', 'RUNNING')
  const client = new KafkaClient({ brokers: [leat.brokers], clientId: 'plant' })
  owner.after(() => client.close())
  const url = `tcp://127.0.0.1:${leat.mqttPort}`
  const publisher = await MqttPublisher.open({ url, clientId: 'pump-1' })
  owner.after(() => publisher.close())
  const publish = async (topic: string, message: string) => {
    await publisher.publish(topic, message)
  }
  await publish('plant/pump-1', '46.7')
  await moveGroup(client, 'readers', [{ topic: 'plant.pump-1', partition: 0, next: 1n }])
  await register(leat, 'pumps-value', pumpSchema)
  const watched = await WatchedPage.open(browser)
  const urlOf = (path: string) => `http://127.0.0.1:${leat.consolePort}${path}`
  return { leat, client, browser, watched, publish, urlOf }
}

/** An Avro schema with these fields, all of them text. */
export function schemaOf(...names: readonly string[]): string {
  const fields = names.map((name) => ({ name, type: 'string' }))
  return JSON.stringify({ type: 'record', name: 'Pump', fields })
}

export async function register(leat: LeatProcess, subject: string, schema: string): Promise<void> {
  const path = `/subjects/${encodeURIComponent(subject)}/versions`
  await send('POST', leat.registryUrl + path, { schema })
}

export async function putConnector(
  leat: LeatProcess,
  name: string,
  config: Record<string, string>,
): Promise<void> {
  const path = `/connectors/${encodeURIComponent(name)}/config`
  await send('PUT', leat.connectUrl + path, config)
}

/** Once everything is there that the page asks for at first. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor()
  for (const waiting of ['Asking leat …', 'Reading …', 'Connecting …', '…']) {
    await page.getByText(waiting, { exact: true }).first().waitFor({ state: 'detached' })
  }
}

async function send(method: string, url: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url, { method, headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`)
}
