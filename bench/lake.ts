/**
 * `npm run bench -- lake [--rounds 3] [--records 600000] [--seconds 300]`: topic → S3 server as JSON and as
 * Parquet, beside what a plain multipart upload of the same bytes by AWS's client reaches on the same
 * server; then leat's memory while a thousand machines fill a lake. Confluent's sink cannot be had here.
 */
import { parseArgs } from 'node:util'
import { ConnectRest } from '../test/helpers/connect.ts'
import { eventually } from '../test/helpers/eventually.ts'
import { type LeatProcess, startLeat } from '../test/helpers/leat.ts'
import { type S3Server, startS3 } from '../test/helpers/s3.ts'
import { factoryFigures } from './factory.ts'
import { machine } from './machine.ts'
import { withOwner } from './owner.ts'
import { cpuSeconds } from './process-figures.ts'
import { asAvro, fillTopic } from './readings.ts'
import { median, table } from './table.ts'
import { uploadPlainly } from './upload.ts'

const recordsAFile = 100_000
const partBytes = 5 * 2 ** 20
const formats = ['JsonFormat', 'ParquetFormat'] as const
type Format = (typeof formats)[number]

interface Run {
  readonly recordsPerSecond: number
  readonly megabytesPerSecond: number
  /** Of leat, with the broker in it; microseconds a record. */
  readonly cpu: number
  readonly plainMegabytesPerSecond: number
  /** Of the process that uploads plainly. */
  readonly plainCpu: number
}

export async function benchLake(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '3' },
      records: { type: 'string', default: '600000' },
      seconds: { type: 'string', default: '300' },
    },
  })
  const rounds = Number(values.rounds)
  const records = Math.ceil(Number(values.records) / recordsAFile) * recordsAFile
  const runs: Record<Format, Run[]> = { JsonFormat: [], ParquetFormat: [] }
  await withOwner(async (owner) => {
    const s3 = await startS3(owner)
    const leat = await startLeat(owner, { registry: true, connectors: {} })
    await fillTopic(leat.brokers, 'readings', records, await asAvro(leat.registryUrl, 'readings'))
    for (let round = 0; round < rounds; round++) {
      for (const format of formats) {
        const run = await measure(s3, leat, format, `${format}-${round}`, records)
        runs[format].push(run)
        console.error(format, run)
      }
    }
  })
  const factory = await factoryFigures(Number(values.seconds))
  const of = (format: Format, figure: keyof Run) => median(runs[format].map((run) => run[figure]))
  const rows = formats.flatMap((format) => [
    {
      ...{ what: `topic → S3, ${format}`, unit: 'MB/s', moreIsBetter: true },
      leat: of(format, 'megabytesPerSecond'),
      peer: of(format, 'plainMegabytesPerSecond'),
    },
    {
      ...{ what: `CPU, ${format}`, unit: 'µs/record', moreIsBetter: false },
      ...{ leat: of(format, 'cpu'), peer: of(format, 'plainCpu') },
    },
  ])
  console.log(`\n${machine()}; ${records} records, medians of ${rounds} rounds\n`)
  console.log(table(rows, 'the same bytes, plainly'))
  for (const format of formats) {
    console.log(`\n${format}: ${Math.round(of(format, 'recordsPerSecond'))} records/s`)
  }
  console.log(`\n${factory.map(([what, figure]) => `| ${what} | ${figure} |`).join('\n')}`)
}

/** From the first file that is there to the last one; the CPU from the connector's start. */
async function measure(
  s3: S3Server,
  leat: LeatProcess,
  format: Format,
  name: string,
  records: number,
): Promise<Run> {
  const rest = new ConnectRest(leat.connectUrl)
  const pid = leat.program.pid ?? 0
  const [prefix, files] = [`${name}/readings/`, records / recordsAFile]
  const before = cpuSeconds(pid)
  const made = await rest.ask('PUT', `/connectors/${name}/config`, {
    ...{ ...s3.config, 'connector.class': 'S3_SINK', topics: 'readings', 'topics.dir': name },
    ...{ 'format.class': format, 'flush.size': `${recordsAFile}`, 's3.part.size': `${partBytes}` },
    'value.converter': 'io.confluent.connect.avro.AvroConverter',
  })
  if (made.status !== 201) throw new Error(JSON.stringify(made.body))
  const present = async () => (await s3.keys(prefix)).length
  const first = await eventually('the first file is there', present, 120_000)
  const start = performance.now()
  await eventually('all files are there', async () => (await present()) === files, 600_000)
  const seconds = (performance.now() - start) / 1000
  const cpu = ((cpuSeconds(pid) - before) / records) * 1e6
  await rest.ask('DELETE', `/connectors/${name}`)
  const objects = (await s3.objects(prefix)).map(({ bytes }) => bytes)
  const megabytes = objects.reduce((sum, { length }) => sum + length, 0) / 1e6
  const share = (files - first) / files
  const plain = await uploadPlainly(s3, objects, partBytes)
  return {
    recordsPerSecond: (records * share) / seconds,
    megabytesPerSecond: (megabytes * share) / seconds,
    cpu,
    plainMegabytesPerSecond: megabytes / plain.seconds,
    plainCpu: (plain.cpuSeconds / records) * 1e6,
  }
}
