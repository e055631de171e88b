import type { Qos } from '../../../protocols/mqtt/index.ts'
import type { Consistency } from '../../service/parameters.ts'
import { choiceAt, type Settings } from '../../service/values.ts'

const qosOf: Readonly<Record<Consistency, Qos>> = {
  AT_MOST_ONCE: 0,
  AT_LEAST_ONCE: 1,
  EXACTLY_ONCE: 2,
}

/** The consistency is the QoS, unless `qos` says otherwise. */
export function qosAt(settings: Settings, fallback: Consistency): Qos {
  const names = Object.keys(qosOf) as Consistency[]
  const consistency = choiceAt(settings, 'consistency', names, fallback)
  return choiceAt(settings, 'qos', [0, 1, 2], qosOf[consistency])
}
