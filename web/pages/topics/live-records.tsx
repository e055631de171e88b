import { useEffect, useRef, useState } from 'preact/hooks'
import { Button } from '../../parts/button.tsx'
import { Empty, Trouble } from '../../parts/notice.tsx'
import { pathOf } from '../../state/api.ts'
import { isDeserted } from '../../state/attended.ts'
import { type Problem, problemIn } from '../../state/problem.ts'
import { count, counted } from '../../text/numbers.ts'
import { questionOf, type Reading } from '../../text/reading.ts'
import type { SeenRecord, Topic } from './answers.ts'
import { RecordTable } from './record-table.tsx'

/** The newest that are kept; also of those that came while nothing was shown. */
const mostKept = 300
/** So often the page changes at most, however fast records come. */
const everyMs = 250

/** Records as they come, the newest first; a pause keeps what is seen where it is. */
export function LiveRecords({
  topic,
  reading,
}: {
  readonly topic: Topic
  readonly reading: Reading
}) {
  const [isPaused, setPaused] = useState(false)
  const { records, waiting, skipped, problem, isOpen, show } = useTail(
    topic.name,
    reading,
    isPaused,
  )
  const pause = () => {
    if (isPaused) show()
    setPaused(!isPaused)
  }
  return (
    <>
      <Trouble problem={problem} />
      <div class="tools">
        <Button onClick={pause} pressed={isPaused}>
          {isPaused ? 'Go on' : 'Pause'}
        </Button>
        <p class="quiet" role="status">
          {liveness(isOpen, isPaused, waiting)}
          {skipped > 0 && ` · ${counted(skipped, 'record')} came too fast to be shown`}
        </p>
      </div>
      {records.length > 0 ? (
        <RecordTable topic={topic} records={records} />
      ) : (
        <Empty title="Waiting for the next record." />
      )}
    </>
  )
}

function liveness(isOpen: boolean, isPaused: boolean, waiting: number): string {
  if (!isOpen) return 'Connecting …'
  return isPaused ? `Paused; ${count(waiting)} came meanwhile` : 'Live'
}

function useTail(topic: string, reading: Reading, isPaused: boolean) {
  const [records, setRecords] = useState<readonly SeenRecord[]>([])
  const [waiting, setWaiting] = useState(0)
  const [skipped, setSkipped] = useState(0)
  const [problem, setProblem] = useState<Problem>()
  const [isOpen, setOpen] = useState(false)
  const came = useRef<SeenRecord[]>([])
  const paused = useRef(isPaused)
  paused.current = isPaused
  const show = () => {
    const some = came.current
    came.current = []
    setWaiting(0)
    setRecords((before) => [...some.toReversed(), ...before].slice(0, mostKept))
  }
  const question = questionOf(reading)
  useEffect(() => {
    if (isDeserted.value) return
    const source = new EventSource(`${pathOf('topics', topic, 'tail')}?${question}`)
    source.onopen = () => setOpen(true)
    source.addEventListener('record', ({ data }) => {
      came.current.push(JSON.parse(data))
      if (came.current.length > mostKept) came.current.shift()
    })
    source.addEventListener('skipped', ({ data }) => {
      setSkipped((before) => before + Number(JSON.parse(data).skipped))
    })
    source.addEventListener('problem', ({ data }) => {
      setProblem(problemIn(500, { error: JSON.parse(data) }))
      source.close()
    })
    source.onerror = () => {
      setOpen(false)
      if (source.readyState !== EventSource.CLOSED) return
      const why =
        'leat refused the live tail: the filter may be wrong, or too many are open at once.'
      setProblem((before) => before ?? problemIn(500, { message: why }))
    }
    const timer = setInterval(() => {
      if (came.current.length === 0) return
      if (paused.current) setWaiting(came.current.length)
      else show()
    }, everyMs)
    return () => {
      clearInterval(timer)
      source.close()
    }
  }, [topic, question, isDeserted.value])
  return { records, waiting, skipped, problem, isOpen, show }
}
