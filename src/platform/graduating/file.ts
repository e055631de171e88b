/** leat.yml before and after: read, changed, checked, and written where that is wished. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { parseConfig } from '../config-file.ts'
import { usualFile } from '../load.ts'
import { type ChangedFile, type Cluster, withCluster, withoutCluster } from './changed-file.ts'

export interface NextFile extends ChangedFile {
  readonly path: string
}

/** What is started where there is no file, in words of the file. */
const everything = 'mqtt: {}\nregistry: {}\nconnect: {}\nconsole: {}\n'

/** What leat.yml will say; throws 'config-invalid' where that would be wrong. */
export async function nextFile(
  file: string | undefined,
  cluster: Cluster | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<NextFile> {
  const path = file ?? usualFile
  const source = existsSync(path) ? readFileSync(path, 'utf8') : everything
  const changed = cluster === undefined ? withoutCluster(source) : withCluster(source, cluster)
  // They are set later, so that their values do not matter here.
  const unset = Object.fromEntries(changed.variables.map((name) => [name, 'set later']))
  await parseConfig(changed.text, path, { ...unset, ...environment })
  return { ...changed, path }
}

/** Puts the file in its place; the old one stays beside it, under the name that is returned. */
export function writeNextFile({ path, text }: NextFile): string | undefined {
  const old = `${path}.before-graduation`
  const hasOld = existsSync(path)
  if (hasOld) writeFileSync(old, readFileSync(path))
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
  return hasOld ? old : undefined
}
