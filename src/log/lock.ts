import { systemCode } from '../base/errors.ts'
import type { Files } from '../base/files.ts'
import { logError } from './errors.ts'
import type { Processes } from './processes.ts'

/** Who holds a data directory. */
interface Holder {
  readonly pid: number
  readonly started: string
}

/**
 * One process at a time writes to a data directory. The file `lock` names it; if that process lives
 * no more, the lock is taken over at once. Returns what gives the lock back.
 */
export function lockDirectory(files: Files, directory: string, processes: Processes): () => void {
  const path = `${directory}/lock`
  const own: Holder = { pid: processes.pid, started: processes.startOf(processes.pid) ?? '' }
  if (!create(files, path, own)) {
    refuseIfHeld(files, directory, processes)
    // Renamed first: if two processes find the same dead lock, one of them finds no file to rename.
    const taken = `${path}.${own.pid}`
    files.rename(path, taken)
    files.remove(taken)
    if (!create(files, path, own)) refuseIfHeld(files, directory, processes)
  }
  return () => files.remove(path)
}

/** Throws directory-locked if a living process holds the directory. */
export function refuseIfHeld(files: Files, directory: string, processes: Processes): void {
  const holder = read(files, `${directory}/lock`)
  if (holder !== undefined && processes.startOf(holder.pid) === holder.started) {
    throw logError('directory-locked', { directory, pid: holder.pid })
  }
}

function create(files: Files, path: string, holder: Holder): boolean {
  try {
    const file = files.open(path, { exclusive: true })
    file.write(Buffer.from(`${JSON.stringify(holder)}\n`), 0)
    file.close()
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw error
  }
}

/** Nothing if there is no lock, or one that was torn by a power loss. */
function read(files: Files, path: string): Holder | undefined {
  if (!files.exists(path)) return undefined
  const file = files.open(path, { readOnly: true })
  const bytes = Buffer.alloc(Math.min(4096, file.size()))
  file.read(bytes, 0, bytes.length, 0)
  file.close()
  const match = /^\{"pid":(\d+),"started":"([^"]*)"\}$/m.exec(bytes.toString('utf8'))
  return match === null ? undefined : { pid: Number(match[1]), started: match[2] ?? '' }
}
