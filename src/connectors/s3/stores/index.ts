import type { LakeValues } from '../options/index.ts'
import { DirectoryStore } from './directory-store.ts'
import { S3Store } from './s3-store.ts'
import type { Store } from './store.ts'

export type { Metadata, Store, Upload } from './store.ts'

export async function openStore(values: LakeValues, now: number): Promise<Store> {
  const url = values['store.url']
  if (url?.startsWith('file:')) {
    return await DirectoryStore.open(url, now)
  }
  return await S3Store.open(values)
}
