import type { ComponentChildren } from 'preact'
import type { Answer } from '../state/answers.ts'
import { Trouble, Waiting } from './notice.tsx'

/** What is shown of an answer once it is there; until then that it is waited for, or why it does not come. */
export function Answered<Data>({
  answer,
  children,
}: {
  readonly answer: Answer<Data>
  readonly children: (data: Data) => ComponentChildren
}) {
  const { data, problem, reload } = answer
  return (
    <>
      <Trouble problem={problem} onRetry={reload} />
      {data !== undefined ? children(data) : problem === undefined && <Waiting />}
    </>
  )
}
