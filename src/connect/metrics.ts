import type { Metrics, Sample } from '../base/metrics.ts'
import type { Herder } from './herder.ts'
import type { TaskFigures } from './running/task-meter.ts'

/** What operators watch of the tasks that run on this worker, as labels `connector` and `task`. */
export function registerMetrics(metrics: Metrics, herder: Herder): void {
  const counters = {
    read: 'Records read: by a sink from topics, by a source from its system.',
    written: 'Records put: by a sink into its system, by a source into topics.',
    failed: 'Records passed over because they could not be taken.',
    retries: 'Attempts that were repeated.',
    bytes: 'Bytes of keys and values that came through.',
  } as const satisfies Partial<Record<keyof TaskFigures, string>>
  const samples = (read: (figures: TaskFigures) => number | undefined): Sample[] =>
    herder.taskUnits().flatMap(({ connector, task, unit }) => {
      const value = read(unit.meter.figures())
      return value === undefined ? [] : [{ labels: { connector, task: `${task}` }, value }]
    })
  for (const [name, help] of Object.entries(counters)) {
    const read = () => samples((figures) => figures[name as keyof typeof counters])
    const unit = name === 'bytes' || name === 'retries' ? name : `records_${name}`
    metrics.add({ name: `leat_connect_task_${unit}_total`, help, type: 'counter', read })
  }
  metrics.add({
    name: 'leat_connect_task_lag_records',
    help: 'Records of its topics that a sink has not put yet.',
    type: 'gauge',
    read: () => samples(({ lag }) => lag),
  })
  metrics.add({
    name: 'leat_connect_task_failed',
    help: 'Whether the task has failed and waits to be begun again.',
    type: 'gauge',
    read: () =>
      herder.taskUnits().map(({ connector, task, unit }) => ({
        labels: { connector, task: `${task}` },
        value: unit.isFailed ? 1 : 0,
      })),
  })
}
