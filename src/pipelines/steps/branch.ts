import { list } from '../../base/settings.ts'
import { leastOf } from '../flow.ts'
import { flowSetting } from './flow-setting.ts'
import type { FlowSpec, StepKind } from './step.ts'

const about = {
  about: 'Parallel branches, each with steps and targets of its own; what comes in also goes on.',
  example: '[ { steps: [ { filter: "value.alarm" } ], to: alarms } ]',
}

export const branch: StepKind<readonly FlowSpec[]> = {
  name: 'branch',
  // Branches are made of steps, which may be branches: the one is known when the other is read.
  setting: { ...about, read: (raw, at, report) => list(about, flowSetting).read(raw, at, report) },
  open(spec, { flow }) {
    const branches = spec.map(flow)
    return {
      handle(event, next) {
        for (const one of branches) one.handle(event)
        next(event)
      },
      oldest: () => leastOf(branches.map((one) => one.oldest())),
      note: () => branches.map((one) => one.note()),
      restore(notes) {
        if (!Array.isArray(notes)) return
        for (const [index, one] of branches.entries()) one.restore(notes[index] ?? null)
      },
    }
  },
}
