import { query } from '../../state/place.ts'
import { readingOf } from '../../text/reading.ts'
import type { Topic } from './answers.ts'
import { FoundRecords } from './found-records.tsx'
import { LiveRecords } from './live-records.tsx'
import { ReadingForm } from './reading-form.tsx'

/** Records as the address asks for them: those that are there, or those that come. */
export function Records({ topic }: { readonly topic: Topic }) {
  const reading = readingOf(query.value)
  const asked = JSON.stringify(reading)
  const Shown = reading.live ? LiveRecords : FoundRecords
  return (
    <>
      <ReadingForm key={`form ${asked}`} topic={topic} reading={reading} />
      <Shown key={asked} topic={topic} reading={reading} />
    </>
  )
}
