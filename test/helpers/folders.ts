import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What helpers need of a test, or of a file (`shared`): actions at its end, in this order. */
export interface Owner {
  after(action: () => void | Promise<void>): void
}

/** A folder that lives as long as its owner. */
export function temporaryFolder(owner: Owner): string {
  const folder = mkdtempSync(join(tmpdir(), 'leat-test-'))
  owner.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
  return folder
}
