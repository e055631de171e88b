/** A thousand machines, five readings a second each, over MQTT into the log and on into a lake of Parquet. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parquetMetadata } from 'hyparquet'
import { eventually } from '../test/helpers/eventually.ts'
import { temporaryFolder } from '../test/helpers/folders.ts'
import { startLeat } from '../test/helpers/leat.ts'
import { startProgram } from '../test/helpers/programs.ts'
import { type S3Server, startS3 } from '../test/helpers/s3.ts'
import { withOwner } from './owner.ts'
import { cpuSeconds, residentMegabytes } from './process-figures.ts'
import { median } from './table.ts'

const machines = 1_000
const readingsPerSecond = 5

const schema = {
  ...{ type: 'record', name: 'Reading' },
  fields: [
    { name: 'machine', type: 'string' },
    { name: 'value', type: 'double' },
    { name: 'time', type: { type: 'long', logicalType: 'timestamp-millis' } },
  ],
}

/** What was seen, as rows of a table. */
export async function factoryFigures(seconds: number): Promise<[string, string][]> {
  return await withOwner(async (owner) => {
    const s3 = await startS3(owner)
    const file = join(temporaryFolder(owner), 'reading.avsc')
    writeFileSync(file, JSON.stringify(schema))
    const leat = await startLeat(owner, {
      registry: true,
      mqtt: { routes: [{ from: 'factory/+', to: 'readings', schema: { file } }] },
      connectors: { 'to-lake': { ...sink, ...s3.config } },
    })
    const pid = leat.program.pid ?? 0
    const url = `tcp://127.0.0.1:${leat.mqttPort}`
    const args = [url, `${machines}`, `${readingsPerSecond}`, `${seconds}`]
    const path = join(import.meta.dirname, 'programs', 'machines.ts')
    const idle = residentMegabytes(pid)
    const factory = startProgram(owner, [process.execPath, path, ...args])
    await factory.says('connected', 120_000)
    const [before, megabytes] = [cpuSeconds(pid), [] as number[]]
    while (factory.running) {
      megabytes.push(residentMegabytes(pid))
      await pause(1000)
    }
    const cpu = cpuSeconds(pid) - before
    const published = Number(factory.stdout.trim().split('\n').at(-1))
    const hasAll = async () => (await rowsIn(s3)) >= published
    await eventually('the lake has all', hasAll, 120_000)
    const figures: [string, string][] = [
      ['readings that were acknowledged', `${published} in ${seconds} s`],
      ['readings in the lake', `${await rowsIn(s3)}`],
      ['memory idle', `${idle.toFixed(0)} MiB`],
      ['memory with the machines connected', `${(megabytes[0] ?? 0).toFixed(0)} MiB`],
      ['memory under load, median', `${median(megabytes).toFixed(0)} MiB`],
      ['memory under load, most', `${Math.max(...megabytes).toFixed(0)} MiB`],
      ['cores of leat', (cpu / megabytes.length).toFixed(2)],
    ]
    return figures
  })
}

const sink = {
  ...{ 'connector.class': 'S3_SINK', topics: 'readings', 'format.class': 'ParquetFormat' },
  ...{ 'partitioner.class': 'HourlyPartitioner', 'timestamp.extractor': 'Record' },
  ...{ 'flush.size': 50_000, 'rotate.schedule.interval.ms': 10_000 },
  'value.converter': 'io.confluent.connect.avro.AvroConverter',
}

async function rowsIn(s3: S3Server): Promise<number> {
  const objects = await s3.objects('topics/readings/')
  return objects.reduce((sum, { bytes }) => {
    return sum + Number(parquetMetadata(new Uint8Array(bytes).buffer).num_rows)
  }, 0)
}
