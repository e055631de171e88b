import { useEffect, useRef, useState } from 'preact/hooks'
import { Button } from '../../parts/button.tsx'
import { Empty, Notice, Trouble } from '../../parts/notice.tsx'
import { open, pathOf } from '../../state/api.ts'
import { useBroker } from '../../state/cluster.ts'
import { type Problem, problemIn, problemOf } from '../../state/problem.ts'
import { atBroker, commandLine } from '../../text/command-lines.ts'
import { linesOf } from '../../text/lines.ts'
import { count, counted } from '../../text/numbers.ts'
import { type Next, questionOf, type Reading } from '../../text/reading.ts'
import type { Done, SeenRecord, Topic } from './answers.ts'
import { RecordTable } from './record-table.tsx'

interface FoundProps {
  readonly topic: Topic
  readonly reading: Reading
}

/** What has been read so far, by one question after the other. */
interface Found {
  readonly records: readonly SeenRecord[]
  readonly scanned: number
  readonly done?: Done
  readonly problem?: Problem
}

/** More are not kept on the page; a later beginning shows them. */
const mostRecords = 5_000

/** Records that are in the log, as far as they were asked for, and further on demand. */
export function FoundRecords({ topic, reading }: FoundProps) {
  const { name } = topic
  const { found, read } = useReading(name, reading)
  const { records, done, problem } = found
  const isMore = done !== undefined && !done.reachedEnd && records.length < mostRecords
  return (
    <>
      <Trouble problem={problem} onRetry={() => read(done?.next)} />
      <p class="quiet" role="status">
        {done ? howMany(found, reading) : problem === undefined && 'Reading …'}
      </p>
      {done?.failed !== undefined && done.failed > 0 && (
        <Notice kind="warn">
          <p>
            Of {counted(done.failed, 'record')} the filter could not say whether it is wanted:{' '}
            {done.problem}
          </p>
        </Notice>
      )}
      {records.length > 0 && <RecordTable topic={topic} records={records} />}
      {done && records.length === 0 && <NoRecords name={name} reading={reading} done={done} />}
      {isMore && (
        <div class="tools more">
          <Button onClick={() => read(done.next)}>
            {reading.from === 'newest' ? 'Older records' : 'Later records'}
          </Button>
        </div>
      )}
    </>
  )
}

function howMany({ records, scanned }: Found, { filter, text }: Reading): string {
  if (filter === '' && text === '') return counted(records.length, 'record')
  return `${count(records.length)} of ${counted(scanned, 'record')} that were looked at`
}

function useReading(topic: string, reading: Reading) {
  const [found, setFound] = useState<Found>({ records: [], scanned: 0 })
  const underWay = useRef<AbortController>(undefined)
  const read = async (next?: Next) => {
    underWay.current?.abort()
    const leaving = new AbortController()
    underWay.current = leaving
    const { signal } = leaving
    const { records, scanned } = next === undefined ? { records: [], scanned: 0 } : found
    setFound({ records, scanned })
    const path = `${pathOf('topics', topic, 'records')}?${questionOf(reading, next)}`
    const more = await answerTo(path, signal)
    if (signal.aborted) return
    setFound({
      ...more,
      records: [...records, ...more.records],
      scanned: scanned + (more.done?.scanned ?? 0),
    })
  }
  // A reading never changes: another one is another component.
  useEffect(() => {
    void read()
    return () => underWay.current?.abort()
  }, [])
  return { found, read: (next?: Next) => void read(next) }
}

/** Each line is a record; the last one says how the reading ended. */
async function answerTo(path: string, signal: AbortSignal): Promise<Omit<Found, 'scanned'>> {
  const records: SeenRecord[] = []
  try {
    const { body } = await open('GET', path, undefined, signal)
    if (body === null) return { records }
    for await (const line of linesOf(body)) {
      const said = JSON.parse(line)
      if (said.error !== undefined) throw problemIn(500, said)
      if (said.done !== undefined) return { records, done: said.done }
      records.push(said)
    }
    throw new Error('The answer ended in the middle: leat may have been stopped.')
  } catch (error) {
    return { records, problem: problemOf(error) }
  }
}

function NoRecords({
  name,
  reading: { filter, text, from },
  done,
}: {
  readonly name: string
  readonly reading: Reading
  readonly done: Done
}) {
  const broker = useBroker()
  if (filter !== '' || text !== '') {
    return (
      <Empty title="No record that was looked at fits.">
        <p>
          {done.reachedEnd
            ? 'Ask for less, or begin earlier.'
            : 'There are more behind those that were looked at.'}
        </p>
      </Empty>
    )
  }
  if (from !== 'newest' && from !== 'start') {
    return <Empty title="There is no record from there on." />
  }
  return (
    <Empty
      title="There is no record here."
      command={`echo hello | ${commandLine('leat', 'produce', name, ...atBroker(broker))}`}
    >
      <p>Write something, and look again:</p>
    </Empty>
  )
}
