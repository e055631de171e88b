import { State } from '../../parts/state.tsx'
import { useAnswer } from '../../state/answers.ts'
import { to } from '../../state/place.ts'
import { past } from '../../state/rates.ts'
import { fallingBehind } from '../../state/samples.ts'
import { session } from '../../state/session.ts'
import { count } from '../../text/numbers.ts'
import { type Connectors, failuresIn } from '../connectors/answers.ts'
import type { PipelineRow } from '../pipelines/answers.ts'
import { useReadiness } from './readiness.ts'

const everyMs = 5_000

/** What somebody should look at: each with where to look. */
export function Attention() {
  const { connect: asks, pipelines: runs } = session.value?.parts ?? {}
  const connectors = useAnswer<Connectors>(
    asks ? '/api/connect/connectors?expand=status' : undefined,
    everyMs,
  )
  const pipelines = useAnswer<PipelineRow[]>(runs ? '/api/pipelines' : undefined, everyMs)
  const readiness = useReadiness()
  const failures = failuresIn(connectors.data ?? {})
  const stuck = (pipelines.data ?? []).filter(({ state }) => state === 'FAILED')
  const behind = fallingBehind(past.value)
  const isWell =
    failures.length + stuck.length + behind.length === 0 && readiness?.isReady !== false
  if (isWell && connectors.problem === undefined) {
    return <p class="quiet">Nothing: nothing has failed, and no group falls behind.</p>
  }
  return (
    <ul class="list">
      {readiness?.isReady === false && (
        <li>
          <State state="not ready" /> {readiness.why}
        </li>
      )}
      {connectors.problem && (
        <li>
          <State state="FAILED" /> Connect: {connectors.problem.message}
        </li>
      )}
      {failures.map(({ connector, what, why }) => (
        <li key={`${connector} ${what}`}>
          <State state="FAILED" /> <a href={to('connectors', connector)}>{connector}</a> {what}
          <code class="cut">{why}</code>
        </li>
      ))}
      {stuck.map(({ name, why }) => (
        <li key={`pipeline ${name}`}>
          <State state="FAILED" /> <a href="/pipelines">{name}</a>
          <code class="cut">{why}</code>
        </li>
      ))}
      {behind.map(({ group, lag, grew }) => (
        <li key={group}>
          <span class="state warn">behind</span> <a href={to('groups', group)}>{group}</a> lags{' '}
          {count(lag)} records, {count(grew)} more than a moment ago
        </li>
      ))}
    </ul>
  )
}
