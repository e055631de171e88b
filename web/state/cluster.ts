import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { ask } from './api.ts'
import type { Cluster } from './told.ts'

const cluster = signal<Cluster | undefined>(undefined)

/** Asked once; commands to copy work without it, at the usual address. */
export function useCluster(): Cluster | undefined {
  useEffect(() => {
    if (cluster.value !== undefined) return
    ask<Cluster>('GET', '/api/cluster').then(
      (found) => {
        cluster.value = found
      },
      () => {},
    )
  }, [])
  return cluster.value
}

/** Where commands find this cluster. */
export function useBroker(): string | undefined {
  const [first] = useCluster()?.brokers ?? []
  if (first === undefined) return undefined
  return first.host.includes(':') ? `[${first.host}]:${first.port}` : `${first.host}:${first.port}`
}
