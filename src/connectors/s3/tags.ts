/** What S3 can tell of an object without reading it: which records it has. */
import type { Logger } from '../../base/logger.ts'
import type { LakeFile } from './lake-file.ts'
import type { LakeValues } from './options/index.ts'
import type { Store } from './stores/index.ts'

interface Surroundings {
  readonly values: LakeValues
  readonly store: Store
  readonly logger: Logger
}

/** The file must be complete. Where tags are not worth a failure, a warning says what has none. */
export async function tagFile(file: LakeFile, { values, store, logger }: Surroundings) {
  const tags = tagsOf(file, values['s3.object.tagging.key.value.pairs'])
  try {
    for (const key of file.keys) await store.tag(key, tags)
  } catch (error) {
    if (values['s3.object.behavior.on.tagging.error'] === 'fail') throw error
    logger.warn(`${error instanceof Error ? error.message : error}; it stays without tags`)
  }
}

function tagsOf({ contents }: LakeFile, more: readonly string[]): Record<string, string> {
  const { first, last, count } = contents
  return {
    ...{ startOffset: `${first}`, endOffset: `${last}`, recordCount: `${count}` },
    ...Object.fromEntries(more.map((pair) => pair.split(':'))),
  }
}
