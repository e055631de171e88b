/** The pumps' readings in a lake on disk: a pipeline makes JSON of them, a connector keeps the lines. */
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Config } from '../../platform/index.ts'
import { pumpTopics } from './pumps.ts'

const lakeTopic = 'readings'
const part = (index: number) => `value.split(",")[${index}]`

/** As it would stand in leat.yml. */
const pipelines = {
  readings: {
    from: pumpTopics,
    format: 'text',
    steps: [
      {
        map: {
          machine: part(0),
          device: part(1),
          metric: 'topic.substring(topic.lastIndexOf("-") + 1)',
          value: `double(${part(2)})`,
          time: `int(${part(3)})`,
        },
      },
      { key: 'value.device' },
    ],
    to: lakeTopic,
  },
}

/** The configuration with the lake, and the file that is one; without Connect there is none. */
export async function withLake(config: Config): Promise<{ config: Config; file?: string }> {
  const { connect } = config
  if (connect === undefined) return { config }
  const folder = join(dirname(config.data), 'leat-lake')
  const file = join(folder, 'readings.jsonl')
  await mkdir(folder, { recursive: true })
  const { pipelinesSetting } = await import('../../pipelines/index.ts')
  const lake = { 'connector.class': 'FileStreamSink', topics: lakeTopic, file }
  return {
    config: {
      ...config,
      pipelines: { ...pipelinesSetting.read(pipelines, [], () => {}), ...config.pipelines },
      connect: { ...connect, connectors: { 'demo-lake': lake, ...connect.connectors } },
    },
    file,
  }
}
