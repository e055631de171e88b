/**
 * Redis, under the names and keys of the two sinks that people have.
 *
 * What is written and how far the topic is read stand in Redis together, in one transaction, so that
 * a crash neither loses nor repeats. One server; no cluster, no sentinels.
 */
import type { Plugin } from '../../connect/kit/index.ts'
import { redisKeyValueSink } from './key-value.ts'
import { redisTypedSink } from './typed.ts'

/** Both classes are called RedisSinkConnector: the last one has the short name. */
export const redisPlugins: readonly Plugin[] = [redisTypedSink, redisKeyValueSink]
