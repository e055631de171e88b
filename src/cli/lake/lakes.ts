/** Where lakes are: in a folder that is named, where leat.yml says, or where the demonstration puts its own. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { variableIn } from '../../base/environment-reference.ts'
import { connectorsOf, loadConfig } from '../../platform/index.ts'
import { cliError } from '../errors.ts'

interface Named {
  readonly lake?: string
  readonly file?: readonly string[]
}

type Connector = Readonly<Record<string, string>>
type Environment = Readonly<Record<string, string | undefined>>

/** What the demonstration's is called. */
const usualLake = 'leat-lake'
/** Below which the S3 sink keeps its topics, where it is not told otherwise. */
const usualTop = 'topics'

/** The folders whose folders are topics. */
export async function lakeFolders(
  { lake, file }: Named,
  environment: Environment,
): Promise<string[]> {
  if (lake !== undefined) return [topicsIn(lake)]
  const config = await loadConfig(file, environment)
  const sinks = Object.values(await connectorsOf(config)).filter(isLakeSink)
  const folders = sinks.flatMap((sink) => folderOf(sink, environment))
  if (folders.length > 0) return [...new Set(folders)]
  if (sinks.length > 0) throw cliError('lake-elsewhere', {})
  return [topicsIn(usualLake)]
}

function isLakeSink({ 'connector.class': name = '' }: Connector): boolean {
  return name === 'S3_SINK' || name.endsWith('S3SinkConnector')
}

/** Nothing where the sink writes to a bucket. Its task reads references when it starts, as is done here. */
function folderOf(
  { 'store.url': given = '', 'topics.dir': top = usualTop }: Connector,
  environment: Environment,
): string[] {
  const url = given.replace(
    /\$\{env:([^}]+)\}/g,
    (whole, said: string) => variableIn(said, environment).value ?? whole,
  )
  if (!url.startsWith('file:')) return []
  const root = url.startsWith('file:/') ? fileURLToPath(url) : resolve(url.slice('file:'.length))
  return [join(root, top)]
}

/** A lake is named by its folder, or by the one in which its topics are. */
function topicsIn(lake: string): string {
  if (!existsSync(lake)) throw cliError('lake-missing', { folder: lake })
  const below = resolve(lake, usualTop)
  return existsSync(below) ? below : resolve(lake)
}
