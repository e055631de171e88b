/** Which connectors a cluster has, for who only looks: nothing is made, joined or changed. */
import { systemClock } from '../base/clock.ts'
import { silentLogger } from '../base/logger.ts'
import type { KafkaClient } from '../client/index.ts'
import { ConfigStore, type ConnectorConfig } from './state/config-store.ts'

/** By name; none where `topic` (`config.storage.topic`) is not there. */
export async function storedConnectors(
  client: KafkaClient,
  topic = 'connect-configs',
): Promise<Record<string, ConnectorConfig>> {
  const [found] = await client.topics([topic])
  if (found === undefined || found.error !== undefined) return {}
  const ignore = () => {}
  await using store = await ConfigStore.open(
    {
      ...{ client, topic, clock: systemClock, logger: silentLogger },
      ...{ onChange: ignore, onRestart: ignore, onLoggerLevel: ignore },
    },
    new AbortController().signal,
  )
  const stored = store.names().map((name) => [name, store.connector(name)?.config ?? {}])
  return Object.fromEntries(stored)
}
