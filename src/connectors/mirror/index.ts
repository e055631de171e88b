/**
 * Mirrors between clusters, under the keys and in the formats of MirrorMaker 2: topics with their
 * records as they are, heartbeats, and the positions of groups, translated exactly.
 */
import type { Plugin } from '../../connect/kit/index.ts'
import { mirrorCheckpoint } from './checkpoint.ts'
import { mirrorHeartbeat } from './heartbeat.ts'
import { mirrorSource } from './source.ts'

export const mirrorPlugins: readonly Plugin[] = [mirrorSource, mirrorCheckpoint, mirrorHeartbeat]
