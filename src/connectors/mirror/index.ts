/**
 * Mirrors between clusters, under the keys and in the formats of MirrorMaker 2: topics with their
 * records as they are, heartbeats, and the positions of groups, translated exactly. leat's own is the
 * connector of schemas, which keeps their ids.
 */
import type { Plugin } from '../../connect/kit/index.ts'
import { mirrorCheckpoint } from './checkpoint.ts'
import { mirrorHeartbeat } from './heartbeat.ts'
import { mirrorSchema } from './schema.ts'
import { mirrorSource } from './source.ts'

export const mirrorPlugins: readonly Plugin[] = [
  ...[mirrorSource, mirrorCheckpoint, mirrorHeartbeat, mirrorSchema],
]
