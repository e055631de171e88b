import { PassThrough, Readable } from 'node:stream'
import { run } from '../main.ts'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly stdin?: string
  readonly environment?: Record<string, string>
  readonly stopped?: AbortSignal
}

/** Runs a command line inside this process. */
export async function runCli(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const texts = Promise.all([text(stdout), text(stderr)])
  const code = await run(args, {
    stdin: Readable.from([Buffer.from(options.stdin ?? '')]),
    stdout,
    stderr,
    environment: options.environment ?? {},
    stopped: options.stopped ?? new AbortController().signal,
  })
  stdout.end()
  stderr.end()
  const [out, err] = await texts
  return { code, stdout: out, stderr: err }
}

async function text(stream: Readable): Promise<string> {
  return Buffer.concat(await Array.fromAsync(stream)).toString()
}
