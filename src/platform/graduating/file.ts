/** leat.yml before and after: read, changed, checked, and written where that is wished. */
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { parseConfig } from '../config-file.ts'
import { usualFile } from '../load.ts'
import { type ChangedFile, type Cluster, withCluster, withoutCluster } from './changed-file.ts'

export interface NextFile extends ChangedFile {
  /** Undefined where there are several files. */
  readonly path: string | undefined
}

/** What is started where there is no file, in words of the file. */
const everything = 'mqtt: {}\nregistry: {}\nconnect: {}\nconsole: {}\n'

/** What leat.yml will say; throws 'config-invalid' where that would be wrong. */
export async function nextFile(
  paths: readonly string[] | undefined,
  cluster: Cluster | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<NextFile> {
  const path = onlyFile(paths ?? [usualFile])
  // Of several files only the parts are told that change, since each stands in a file of its own.
  const source = path === undefined ? '' : textOf(path)
  const changed = cluster === undefined ? withoutCluster(source) : withCluster(source, cluster)
  // They are set later, so that their values do not matter here.
  const unset = Object.fromEntries(changed.variables.map((name) => [name, 'set later']))
  await parseConfig(changed.text, path ?? usualFile, { ...unset, ...environment })
  return { ...changed, path }
}

/** Puts the file in its place; the old one stays beside it, under the name that is returned. */
export function writeNextFile(path: string, text: string): string | undefined {
  const old = `${path}.before-graduation`
  const hasOld = existsSync(path)
  if (hasOld) writeFileSync(old, readFileSync(path))
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
  return hasOld ? old : undefined
}

/** Nothing where leat.yml is several files, or a folder of them. */
function onlyFile(paths: readonly string[]): string | undefined {
  const [path, ...others] = paths
  if (path === undefined || others.length > 0) return undefined
  return existsSync(path) && statSync(path).isDirectory() ? undefined : path
}

function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : everything
}
