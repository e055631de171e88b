import { useEffect, useState } from 'preact/hooks'
import { Button } from '../../parts/button.tsx'
import { Empty, Trouble } from '../../parts/notice.tsx'
import { open, pathOf } from '../../state/api.ts'
import { useBroker } from '../../state/cluster.ts'
import { type Problem, problemIn, problemOf } from '../../state/problem.ts'
import { atBroker, commandLine } from '../../text/command-lines.ts'
import { linesOf } from '../../text/lines.ts'
import { count } from '../../text/numbers.ts'
import { questionOf, type Reading } from '../../text/reading.ts'
import type { Done, SeenRecord, Topic } from './answers.ts'
import { RecordTable } from './record-table.tsx'

interface FoundProps {
  readonly topic: Topic
  readonly reading: Reading
}

interface Found {
  readonly records: readonly SeenRecord[]
  readonly done?: Done
  readonly problem?: Problem
}

/** Records that are in the log, as far as they were asked for. */
export function FoundRecords({ topic: { name }, reading }: FoundProps) {
  const [turn, setTurn] = useState(0)
  /** Where to read on, in every partition; undefined at first. */
  const [next, setNext] = useState<string>()
  const [{ records, done, problem }, setFound] = useState<Found>({ records: [] })
  const question = questionOf(next === undefined ? reading : { ...reading, from: next })
  useEffect(() => {
    const leaving = new AbortController()
    setFound({ records: [] })
    read(`${pathOf('topics', name, 'records')}?${question}`, leaving.signal, setFound)
    return () => leaving.abort()
  }, [name, question, turn])
  const isNewest = reading.from === 'newest'
  return (
    <>
      <Trouble problem={problem} onRetry={() => setTurn(turn + 1)} />
      <p class="quiet" role="status">
        {done
          ? `${count(records.length)} of ${count(done.scanned)} records that were looked at`
          : problem === undefined && 'Reading …'}
      </p>
      {records.length > 0 && (
        <RecordTable topic={name} records={isNewest ? newestFirst(records) : records} />
      )}
      {done && records.length === 0 && <NoRecords name={name} reading={reading} done={done} />}
      {done && !isNewest && !done.reachedEnd && (
        <Button onClick={() => setNext(JSON.stringify(done.next))}>Read on</Button>
      )}
    </>
  )
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
  if (from !== 'newest' && from !== 'start')
    return <Empty title="There is no record from there on." />
  return (
    <Empty
      title="Nothing has been written here yet."
      command={`echo hello | ${commandLine('leat', 'produce', name, ...atBroker(broker))}`}
    >
      <p>Write something, and look again:</p>
    </Empty>
  )
}

/** Each line is a record; the last one says how the reading ended. */
async function read(path: string, signal: AbortSignal, show: (found: Found) => void) {
  const records: SeenRecord[] = []
  try {
    const { body } = await open('GET', path, undefined, signal)
    if (body === null) return
    for await (const line of linesOf(body)) {
      const said = JSON.parse(line)
      if (said.error !== undefined) throw problemIn(500, said)
      if (said.done === undefined) records.push(said)
      else show({ records, done: said.done })
    }
  } catch (error) {
    if (!signal.aborted) show({ records, problem: problemOf(error) })
  }
}

function newestFirst(records: readonly SeenRecord[]): SeenRecord[] {
  return records.toSorted(
    (a, b) => b.timestamp - a.timestamp || (BigInt(a.offset) < BigInt(b.offset) ? 1 : -1),
  )
}
