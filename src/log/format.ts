import type { Files } from '../base/files.ts'
import { logError } from './errors.ts'

/** Counts the changes after which an older leat could not read a data directory. */
const formatVersion = 1

/** Refuses a directory of a newer format or of somebody else; marks an empty one as ours. */
export async function claimFormat(files: Files, directory: string): Promise<void> {
  const path = `${directory}/format`
  const found = readFormat(files, path) ?? ''
  if (found !== '' && found !== String(formatVersion)) {
    throw logError('newer-format', { directory, found, known: formatVersion })
  }
  const others = files.list(directory).filter((name) => !ownNames.test(name))
  if (found === '' && others.length > 0) throw logError('not-a-data-directory', { directory })
  // The mark is made durable before anything else is made; a process killed in between made nothing.
  if (others.length > 0) return
  const file = files.open(path, { create: true })
  try {
    file.write(Buffer.from(`${formatVersion}\n`), 0)
    await file.sync()
  } finally {
    file.close()
  }
  await files.syncDirectory(directory)
}

const ownNames = /^(format|lock.*|lost\+found)$/

function readFormat(files: Files, path: string): string | undefined {
  if (!files.exists(path)) return undefined
  const file = files.open(path, { readOnly: true })
  const bytes = Buffer.alloc(Math.min(64, file.size()))
  file.read(bytes, 0, bytes.length, 0)
  file.close()
  return bytes.toString('utf8').replaceAll('\0', '').trim()
}
