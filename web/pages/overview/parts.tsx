import type { ComponentChildren } from 'preact'
import { State } from '../../parts/state.tsx'
import { useAnswer } from '../../state/answers.ts'
import { useCluster } from '../../state/cluster.ts'
import { latest, past } from '../../state/rates.ts'
import { processorShare } from '../../state/samples.ts'
import { session } from '../../state/session.ts'
import { bytes, counted, rate } from '../../text/numbers.ts'
import type { Connectors } from '../connectors/answers.ts'
import type { PipelineRow } from '../pipelines/answers.ts'
import { useReadiness } from './readiness.ts'

const everyMs = 5_000

/** The parts of this leat, each with the figure that says most of it. */
export function Parts() {
  const { embedded, mqtt, registry, connect, pipelines } = session.value?.parts ?? {}
  const cluster = useCluster()
  const readiness = useReadiness()
  const subjects = useAnswer<string[]>(registry ? '/api/registry/subjects' : undefined, everyMs)
  const connectors = useAnswer<Connectors>(
    connect ? '/api/connect/connectors?expand=status' : undefined,
    everyMs,
  )
  const known = useAnswer<PipelineRow[]>(pipelines ? '/api/pipelines' : undefined, everyMs)
  return (
    <dl class="parts">
      <Fact name={embedded ? 'Broker' : 'Kafka cluster'}>
        {readiness === undefined ? (
          '…'
        ) : (
          <State state={readiness.isReady ? 'ready' : 'not ready'} />
        )}
        {!embedded && cluster && <small>{counted(cluster.brokers.length, 'broker')}</small>}
      </Fact>
      <Throughput />
      {connect && (
        <Fact name="Connect" to="/connectors">
          {connectors.data && counted(Object.keys(connectors.data).length, 'connector')}
        </Fact>
      )}
      {registry && (
        <Fact name="Schema registry" to="/schemas">
          {subjects.data && counted(subjects.data.length, 'subject')}
        </Fact>
      )}
      {mqtt && <Fact name="MQTT">open</Fact>}
      {pipelines && (
        <Fact name="Pipelines" to="/pipelines">
          {known.data && counted(known.data.length, 'pipeline')}
        </Fact>
      )}
      <Process />
    </dl>
  )
}

function Throughput() {
  const sum = Object.values(latest.value?.topics ?? {}).reduce(
    (total, { perSecond }) => total + perSecond,
    0,
  )
  return (
    <Fact name="Records" to="/topics">
      {latest.value && `${rate(sum)}/s`}
    </Fact>
  )
}

function Process() {
  const { process } = latest.value ?? {}
  const share = processorShare(past.value.slice(-10))
  if (process === undefined) return null
  return (
    <Fact name="Memory">
      {bytes(process.residentBytes)}
      {share !== undefined && <small>{`${(share * 100).toFixed(0)} % of a processor`}</small>}
    </Fact>
  )
}

function Fact({
  name,
  to,
  children,
}: {
  readonly name: string
  readonly to?: string
  readonly children: ComponentChildren
}) {
  return (
    <div>
      <dt>{to === undefined ? name : <a href={to}>{name}</a>}</dt>
      <dd>{children || '…'}</dd>
    </div>
  )
}
