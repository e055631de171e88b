import { readFileSync } from 'node:fs'
import { cpus, release, totalmem, type } from 'node:os'

/** What was measured on: a figure without its machine says nothing. */
export function machine(): string {
  const model = cpus()[0]?.model ?? 'unknown processor'
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  const disk = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .find(([, mount]) => mount === '/')
  return `${cpus().length} × ${model}, ${memory}, ${type()} ${release()}, ${disk?.[2] ?? '?'} on ${disk?.[0] ?? '?'}, Node ${process.version}`
}
