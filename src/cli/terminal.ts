/** What a command has of the world: its streams, its environment, and the wish to stop. */
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'

export interface Terminal {
  readonly stdin: Readable
  /** Data, and nothing else. */
  readonly stdout: Output
  /** All that is said to people. */
  readonly stderr: Output
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Aborted by Ctrl-C and by SIGTERM: finish what is begun and come to an end. */
  readonly stopped: AbortSignal
}

export type Output = Writable & { readonly isTTY?: boolean; readonly fd?: number }

/** Writes a line, and waits where the reader is slower than we are. */
export async function printLine(output: Output, line: string | Buffer): Promise<void> {
  output.cork()
  output.write(line)
  const keepsUp = output.write('\n')
  output.uncork()
  if (!keepsUp) await once(output, 'drain')
}
