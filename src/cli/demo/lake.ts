/** The pumps' readings in a lake on disk: a pipeline makes Avro of them, which the S3 sink writes as Parquet. */
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Config } from '../../platform/index.ts'
import { pumpTopics } from './pumps.ts'

const lakeTopic = 'readings'
const part = (index: number) => `value.split(",")[${index}]`

/** So often a file is added, so that the lake can be seen to grow. */
const fileEveryMs = 10_000
/** More than the pumps have by then. */
const recordsAFile = 10_000

const schema = {
  ...{ type: 'record', name: 'Reading' },
  fields: [
    ...['machine', 'device', 'metric'].map((name) => ({ name, type: 'string' })),
    { name: 'value', type: 'double' },
    { name: 'time', type: { type: 'long', logicalType: 'timestamp-millis' } },
  ],
}

/** As it would stand in leat.yml. */
const pipelines = (folder: string) => ({
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
    to: {
      ...{ topic: lakeTopic, format: 'avro', schema: JSON.stringify(schema) },
      connector: {
        ...{ name: 'demo-lake', 'connector.class': 'S3_SINK' },
        ...{ 'store.url': pathToFileURL(folder).href, 'format.class': 'ParquetFormat' },
        ...{ 'partitioner.class': 'DailyPartitioner', 'timestamp.extractor': 'Record' },
        'flush.size': `${recordsAFile}`,
        'rotate.schedule.interval.ms': `${fileEveryMs}`,
      },
    },
  },
})

/** The configuration with the lake, and the folder that is one; it needs Connect and a registry. */
export async function withLake(config: Config): Promise<{ config: Config; lake?: string }> {
  if (config.connect === undefined || config.registry === undefined) return { config }
  const lake = join(dirname(config.data), 'leat-lake')
  const { pipelinesSetting } = await import('../../pipelines/index.ts')
  const own = pipelinesSetting.read(pipelines(lake), [], () => {})
  return { config: { ...config, pipelines: { ...own, ...config.pipelines } }, lake }
}
