/** A file in a data directory that has graduated, so that nobody goes on writing there by mistake. */
import { existsSync, readFileSync } from 'node:fs'
import { systemFiles } from '../../base/files.ts'
import { platformError } from '../errors.ts'

function pathIn(directory: string): string {
  return `${directory}/graduated`
}

/** Throws 'graduated' where the records of a directory have gone on elsewhere. */
export function refuseGraduated(directory: string): void {
  const to = graduatedTo(directory)
  if (to !== undefined) throw platformError('graduated', { directory, to, file: pathIn(directory) })
}

/** Where the records of a directory have gone on; undefined where they have not. */
export function graduatedTo(directory: string): string | undefined {
  const path = pathIn(directory)
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined
}

/** Durable when it resolves. */
export async function markGraduated(directory: string, to: string): Promise<void> {
  const file = systemFiles.open(pathIn(directory), { create: true })
  try {
    file.truncate(0)
    file.write(Buffer.from(`${to}\n`), 0)
    await file.sync()
  } finally {
    file.close()
  }
  await systemFiles.syncDirectory(directory)
}
