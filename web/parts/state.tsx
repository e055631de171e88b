/** A state is a word; its colour says the same once more. */
const kinds: Readonly<Record<string, 'good' | 'warn' | 'bad'>> = {
  RUNNING: 'good',
  Stable: 'good',
  ready: 'good',
  PAUSED: 'warn',
  STOPPED: 'warn',
  UNASSIGNED: 'warn',
  RESTARTING: 'warn',
  PreparingRebalance: 'warn',
  CompletingRebalance: 'warn',
  'not ready': 'bad',
  none: 'bad',
  FAILED: 'bad',
  Dead: 'bad',
}

export function State({ state }: { readonly state: string }) {
  return <span class={`state ${Object.hasOwn(kinds, state) ? kinds[state] : ''}`}>{state}</span>
}
