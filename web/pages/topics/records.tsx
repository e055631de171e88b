import { useState } from 'preact/hooks'
import { go, query, to } from '../../state/place.ts'
import { addressOf, type Reading, readingOf } from '../../text/reading.ts'
import type { Topic } from './answers.ts'
import { FoundRecords } from './found-records.tsx'
import { LiveRecords } from './live-records.tsx'
import { ReadingForm } from './reading-form.tsx'

/** Records as the address asks for them: those that are there, or those that come. */
export function Records({ topic }: { readonly topic: Topic }) {
  const [turn, setTurn] = useState(0)
  const reading = readingOf(query.value)
  const show = (wanted: Reading) => {
    go(to('topics', topic.name) + addressOf(wanted))
    // Also where the address stays as it is: then it is asked again.
    setTurn(turn + 1)
  }
  const Shown = reading.live ? LiveRecords : FoundRecords
  return (
    <>
      <ReadingForm topic={topic} reading={reading} onShow={show} />
      <Shown key={`${turn} ${JSON.stringify(reading)}`} topic={topic} reading={reading} />
    </>
  )
}
