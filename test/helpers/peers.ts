/**
 * Finds what `npm run peers` installed. PEERS says what a missing peer means: `found` (default) skips
 * the test and says what to run, `required` fails it (so does CI), `none` skips every such test.
 */
import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { TestContext } from 'node:test'
import { type Peer, peers } from './peer-list.ts'

export const peersHome = process.env.LEAT_PEERS ?? join(homedir(), '.cache', 'leat-peers')

/** The peer's folder (empty for a system's program), or undefined: then the test was skipped. */
export function requirePeer(t: TestContext, name: string): string | undefined {
  const why = whyMissing(name)
  if (why === undefined) return join(peersHome, name)
  if (process.env.PEERS === 'required' && !isRare(name)) throw new Error(why)
  t.skip(why)
  return undefined
}

/** For `test(title, { skip: withoutPeer('kcat') }, …)`: a reason, or false where the peer is there. */
export function withoutPeer(...names: string[]): string | false {
  for (const name of names) {
    const why = whyMissing(name)
    if (why === undefined) continue
    if (process.env.PEERS === 'required' && !isRare(name)) throw new Error(why)
    return why
  }
  return false
}

/** A short-lived Java on a small machine: the first compiler only, and one garbage collector thread. */
export function javaCommand(classPath: string, ...options: string[]): string[] {
  const quick = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xshare:auto', '-Xmx256m']
  return ['java', ...quick, ...options, '-cp', classPath]
}

/** The program that was built for this peer. */
export function programOf(name: string): string {
  return join(peersHome, name, 'bin', name)
}

/** The Python of this peer's own environment. */
export function pythonOf(name: string): string {
  return join(peersHome, name, 'bin', 'python')
}

function whyMissing(name: string): string | undefined {
  const peer = peers.find((entry) => entry.name === name)
  if (peer === undefined) throw new Error(`test/helpers/peer-list.ts does not list ${name}`)
  if (process.env.PEERS === 'none')
    return 'PEERS=none; run with PEERS=found for the peers that are there'
  return isThere(peer) ? undefined : `${name} is not installed; run: npm run peers`
}

function isThere(peer: Peer): boolean {
  if (peer.kind === 'system') return peer.programs.every(onPath)
  if (peer.kind === 'maven' && peer.unpacked !== true) {
    const folder = join(peersHome, peer.name, peer.flat ? '' : 'libs')
    return existsSync(folder) && readdirSync(folder).some((file) => file.endsWith('.jar'))
  }
  return existsSync(join(peersHome, peer.name, 'installed.json'))
}

function isRare(name: string): boolean {
  return peers.some((peer) => peer.name === name && peer.kind === 'python' && peer.rare === true)
}

function onPath(program: string): boolean {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.some((folder) => existsSync(join(folder, program)))
}
