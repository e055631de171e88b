/** Who looks at the page, and what they may. */
import { computed, signal } from '@preact/signals'
import { ask, whenLoggedOut } from './api.ts'
import { type Problem, problemOf } from './problem.ts'

export interface Session {
  readonly user: string | null
  readonly role: 'operator' | 'viewer'
  readonly parts: Readonly<Record<Part, boolean>>
  readonly version: string
  readonly cluster?: string
}

export type Part = 'registry' | 'connect' | 'mqtt' | 'pipelines' | 'embedded'

export type Who =
  | { readonly is: 'asked' }
  | { readonly is: 'in'; readonly session: Session }
  | { readonly is: 'out'; readonly ways: readonly string[]; readonly oidcLabel?: string }
  | { readonly is: 'refused'; readonly problem: Problem }

export const who = signal<Who>({ is: 'asked' })

export const session = computed(() => (who.value.is === 'in' ? who.value.session : undefined))
export const mayChange = computed(() => session.value?.role === 'operator')

export async function findOut(): Promise<void> {
  const response = await fetch('/api/session', { headers: { 'x-leat-console': '1' } }).catch(
    () => undefined,
  )
  if (response?.status === 401) {
    const { ways = ['password'], oidcLabel } = Object(await response.json().catch(() => ({})))
    who.value = { is: 'out', ways, ...(oidcLabel && { oidcLabel }) }
    return
  }
  try {
    who.value = { is: 'in', session: await ask<Session>('GET', '/api/session') }
  } catch (error) {
    who.value = { is: 'refused', problem: problemOf(error) }
  }
}

export async function logIn(user: string, password: string): Promise<void> {
  await ask('POST', '/api/session', { user, password })
  await findOut()
}

export async function logOut(): Promise<void> {
  await ask('DELETE', '/api/session')
  await findOut()
}

whenLoggedOut(() => void findOut())
