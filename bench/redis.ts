/** How fast records become keys of a Redis, beside the most that one connection of redis-benchmark writes. */
import type { ConnectRest } from '../test/helpers/connect.ts'
import { eventually } from '../test/helpers/eventually.ts'
import { outputOf } from '../test/helpers/programs.ts'
import type { Redis } from '../test/helpers/redis.ts'

/** The sink's own default. */
const database = 1
const setsAtOnce = 50
const valueBytes = 64

/** The rate from the first keys that are seen to the last one. */
export async function keysPerSecond(
  rest: ConnectRest,
  topic: string,
  redis: Redis,
  records: number,
): Promise<number> {
  const bytes = 'org.apache.kafka.connect.converters.ByteArrayConverter'
  const made = await rest.ask('PUT', '/connectors/to-redis/config', {
    'connector.class': 'com.github.jcustenborder.kafka.connect.redis.RedisSinkConnector',
    ...{ 'redis.hosts': `127.0.0.1:${redis.port}`, 'redis.password': redis.password },
    ...{ topics: topic, 'tasks.max': '1', 'key.converter': bytes, 'value.converter': bytes },
  })
  if (made.status !== 201) throw new Error(JSON.stringify(made.body))
  const keys = async () => Number(await redis.ask(database, 'DBSIZE'))
  const first = await eventually('the first keys are there', keys, 60_000)
  const start = performance.now()
  // One key holds the offset.
  await eventually('all keys are there', async () => (await keys()) > records, 300_000)
  const seconds = (performance.now() - start) / 1000
  await rest.ask('DELETE', '/connectors/to-redis')
  return (records - first) / seconds
}

export async function mostKeysPerSecond(redis: Redis, records: number): Promise<number> {
  const place = ['-p', String(redis.port), '-a', redis.password, '--csv', '-t', 'set']
  const load = ['-n', records, '-r', records, '-d', valueBytes, '-c', 1, '-P', setsAtOnce]
  const csv = await outputOf(['redis-benchmark', ...place, ...load.map(String)])
  return Number(/"SET","([\d.]+)"/.exec(csv)?.[1])
}
