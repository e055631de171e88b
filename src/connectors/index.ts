/** The connectors that come with leat; each is written with `connect/kit`. */
import type { Plugin } from '../connect/kit/index.ts'
import { fileSink } from './file/sink.ts'
import { fileSource } from './file/source.ts'
import { httpPlugins } from './http/index.ts'
import { jdbcPlugins } from './jdbc/index.ts'
import { mirrorPlugins } from './mirror/index.ts'
import { mqttPlugins } from './mqtt/index.ts'
import { redisPlugins } from './redis/index.ts'
import { s3Plugins } from './s3/index.ts'

export const connectors: readonly Plugin[] = [
  fileSink,
  fileSource,
  ...jdbcPlugins,
  ...redisPlugins,
  ...httpPlugins,
  ...mqttPlugins,
  ...s3Plugins,
  ...mirrorPlugins,
]
