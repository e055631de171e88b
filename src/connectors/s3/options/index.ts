/** Confluent's keys of the S3 sink, and those of ours for what it lacks. */
import type { Options, ValuesOf } from '../../../connect/kit/index.ts'
import { contentOptions } from './contents.ts'
import { fileOptions } from './files.ts'
import { layoutOptions } from './layout.ts'
import { storeOptions } from './stores.ts'

export { checkTogether } from './together.ts'

export const options = {
  ...storeOptions,
  ...contentOptions,
  ...fileOptions,
  ...layoutOptions,
} as const satisfies Options

export type LakeValues = ValuesOf<typeof options>
