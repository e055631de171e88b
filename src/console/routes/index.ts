/** All that there is under /api/, in groups. */
import type { Routes } from '../services.ts'
import { addCluster } from './cluster.ts'
import { addForwarding } from './forwarding.ts'
import { addGroups } from './groups.ts'
import { addPipelines } from './pipelines.ts'
import { addRates } from './rates.ts'
import { addRecords } from './records.ts'
import { addTopics } from './topics.ts'

export const routes: readonly Routes[] = [
  addCluster,
  addTopics,
  addRecords,
  addGroups,
  addPipelines,
  addRates,
  addForwarding,
]
