import { dirname } from 'node:path'
import { systemCode } from '../base/errors.ts'
import type { Files } from '../base/files.ts'
import { logError } from './errors.ts'
import { claimFormat } from './format.ts'
import { lockDirectory } from './lock.ts'
import type { Processes } from './processes.ts'
import { recoveryPointsPath } from './recovery-points.ts'

export function topicsFolder(directory: string): string {
  return `${directory}/topics`
}

/**
 * Makes the directory where it is absent, locks it, sees that it is of our format, makes its names
 * durable. Returns what unlocks it.
 */
export async function claimDirectory(
  files: Files,
  directory: string,
  processes: Processes,
): Promise<() => void> {
  let unlock = () => {}
  try {
    await makeDurableFolder(files, directory)
    if (!files.exists(recoveryPointsPath(directory))) await keepName(files, directory)
    unlock = lockDirectory(files, directory, processes)
    await claimFormat(files, directory)
    await makeDurableFolder(files, topicsFolder(directory))
    return unlock
  } catch (error) {
    unlock()
    const code = systemCode(error)
    if (code === 'ENOSPC') throw logError('disk-full', { path: directory }, { cause: error })
    if (code === undefined || !refusals.has(code)) throw error
    throw logError('directory-not-writable', { directory, reason: code }, { cause: error })
  }
}

const refusals = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'])

async function makeDurableFolder(files: Files, folder: string): Promise<void> {
  const missing: string[] = []
  for (let path = folder; !files.exists(path); path = dirname(path)) missing.push(path)
  if (missing.length === 0) return
  files.makeFolder(folder)
  for (const path of missing.reverse()) await files.syncDirectory(dirname(path))
}

/** Before the first checkpoint: a process may have made the folder and been killed at once. */
async function keepName(files: Files, folder: string): Promise<void> {
  try {
    await files.syncDirectory(dirname(folder))
  } catch (error) {
    // In a folder that it may not read, an earlier process of this user has made none.
    if (systemCode(error) !== 'EACCES') throw error
  }
}
