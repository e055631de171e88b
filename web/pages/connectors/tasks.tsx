import { Button } from '../../parts/button.tsx'
import { Empty } from '../../parts/notice.tsx'
import { State } from '../../parts/state.tsx'
import { mayChange } from '../../state/session.ts'
import { count, rate } from '../../text/numbers.ts'
import type { Figures, Status, Worked } from './answers.ts'

interface TasksProps {
  readonly status: Status
  /** Once they are known. */
  readonly figures: Figures | undefined
  readonly onRestart: (task: number) => void
  readonly isBusy: boolean
}

/** The connector and its tasks; what failed says all that it knows of why. */
export function Tasks(props: TasksProps) {
  const { status, figures, onRestart, isBusy } = props
  const { type, connector, tasks } = status
  return (
    <>
      <dl class="parts">
        <div>
          <dt>State</dt>
          <dd>
            <State state={connector.state} />
          </dd>
        </div>
        <div>
          <dt>Kind</dt>
          <dd>{type}</dd>
        </div>
        <div>
          <dt>Runs at</dt>
          <dd class="small">{connector.worker_id || '–'}</dd>
        </div>
        {figures && <Measured figures={figures} />}
      </dl>
      <Trace of={connector} />
      {tasks.length === 0 ? (
        <Empty title="It has no task at the moment." />
      ) : (
        <ul class="list tasks" aria-label="Tasks">
          {tasks.map((task) => (
            <li key={task.id}>
              <div class="section-head">
                <p>
                  Task {task.id} <State state={task.state} /> <small>{task.worker_id}</small>
                </p>
                {mayChange.value && (
                  <Button
                    kind="quiet"
                    label={`Restart task ${task.id}`}
                    disabled={isBusy}
                    onClick={() => onRestart(task.id)}
                  >
                    Restart
                  </Button>
                )}
              </div>
              <Trace of={task} />
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

function Measured({ figures: { total, lag } }: { readonly figures: Figures }) {
  return (
    <>
      <div>
        <dt>Records</dt>
        <dd>{rate(total.recordsPerSecond)}/s</dd>
      </div>
      {lag !== undefined && (
        <div>
          <dt>Lag</dt>
          <dd>{count(lag)}</dd>
        </div>
      )}
      {total.failed > 0 && (
        <div>
          <dt>Failed records</dt>
          <dd>{count(total.failed)}</dd>
        </div>
      )}
    </>
  )
}

/** The first line says what happened; the rest is for whoever wants to know where. */
function Trace({ of: { trace } }: { readonly of: Worked }) {
  if (trace === undefined || trace === '') return null
  const [first = '', ...rest] = trace.split('\n')
  return (
    <div class="notice bad">
      <p>{first}</p>
      {rest.length > 0 && (
        <details>
          <summary>Where</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
          <pre tabIndex={0}>{rest.join('\n')}</pre>
        </details>
      )}
    </div>
  )
}
