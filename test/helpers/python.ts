import { join } from 'node:path'
import { pythonOf } from './peers.ts'
import { outputOf } from './programs.ts'

/** Runs a Python program in a peer's environment; what it prints last is its report, as JSON. */
export async function report(
  peer: string,
  program: string,
  ...args: string[]
): Promise<Record<string, unknown>> {
  const said = await outputOf([pythonOf(peer), program, ...args], { deadlineMs: 120_000 })
  return JSON.parse(said.trim().split('\n').at(-1) ?? '')
}

/** A program of test/conformance/programs. */
export function program(name: string): string {
  return join(import.meta.dirname, '..', 'conformance', 'programs', name)
}
