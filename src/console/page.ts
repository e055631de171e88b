/** The files of the page, as the build has made them in `dist/web`. */
import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { systemCode } from '../base/errors.ts'
import { consoleError } from './errors.ts'
import type { ConsoleApp } from './services.ts'

/** From src/console/, dist/console/ and dist/program/ alike. */
export const builtPage = fileURLToPath(new URL('../../dist/web', import.meta.url))

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=UTF-8',
  js: 'text/javascript; charset=UTF-8',
  css: 'text/css; charset=UTF-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  woff2: 'font/woff2',
}

/** With a hash of what is in the file in its name. */
const hashed = /[-.][A-Za-z0-9]{8,}\.\w+$/
/** Names of topics have dots as well, below a step of their own. */
const nameOfFile = /^\/(assets\/.*|[^/]*\.[^/]*)$/

const notBuilt =
  "leat's page is not built: 'npm run build' builds it. The API under /api/, /metrics, /healthz and /readyz are there without it.\n"

/** Answers what no route before it does: files, and the page itself for all that it shows. */
export function addPage(app: ConsoleApp, folder: string): void {
  let files: Promise<ReadonlyMap<string, File>> | undefined
  app.get('*', async (context) => {
    files ??= filesIn(folder)
    const found = await files
    const page = found.get(index)
    if (page === undefined) {
      // It may be built while we run.
      files = undefined
      return context.text(notBuilt, 404)
    }
    const { method, path } = context.req
    const file = found.get(path) ?? (nameOfFile.test(path) ? undefined : page)
    if (file === undefined) throw consoleError('path-unknown', { method, path })
    const takesGzip = /\bgzip\b/.test(context.req.header('accept-encoding') ?? '')
    return context.body(takesGzip ? file.zipped : file.bytes, 200, {
      'content-type': file.type,
      'cache-control': file.isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      vary: 'accept-encoding',
      ...(takesGzip && { 'content-encoding': 'gzip' }),
    })
  })
}

interface File {
  readonly type: string
  readonly isHashed: boolean
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly zipped: Uint8Array<ArrayBuffer>
}

const index = '/index.html'

/** By their paths, all at once: they belong together, and no other can be asked for. */
async function filesIn(folder: string): Promise<ReadonlyMap<string, File>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error) => {
    if (systemCode(error) === 'ENOENT') return []
    throw error
  })
  const paths = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
  const files = paths.map(async (path) => {
    const name = `/${relative(folder, path).split(sep).join('/')}`
    return [name, await read(name, path)] as const
  })
  return new Map(await Promise.all(files))
}

async function read(name: string, path: string): Promise<File> {
  const bytes = new Uint8Array(await readFile(path))
  return {
    type: types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
    isHashed: hashed.test(name),
    bytes,
    zipped: new Uint8Array(await promisify(gzip)(bytes)),
  }
}
