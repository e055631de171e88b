/** What tests do with the programs `sinetstream_writer.py` and `sinetstream_reader.py` of the journeys. */
import { eventually } from './eventually.ts'
import type { RunningProgram } from './programs.ts'

const deadlineMs = 120_000

/** A reader of Kafka begins at the end, wherever that is when it gets there. */
export async function untilHeard(writer: RunningProgram, reader: RunningProgram): Promise<void> {
  const sent = () => writer.stdout.split('sent probe\n').length - 1
  await eventually(
    'the reader hears the writer',
    async () => {
      const before = sent()
      writer.input.write('probe\n')
      await eventually('a probe is sent', () => sent() > before, deadlineMs)
      return reader.stdout.includes(' probe')
    },
    deadlineMs,
  ).catch((error: Error) => {
    throw new Error(`${error.message}: ${writer.story()}\n${reader.story()}`)
  })
}
