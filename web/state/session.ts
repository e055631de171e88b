/** Who looks at the page, and what they may. */
import { computed, signal } from '@preact/signals'
import { ask, whenLoggedOut } from './api.ts'
import { type Problem, problemOf } from './problem.ts'
import type { Session } from './told.ts'

export type Who =
  | { readonly is: 'asked' }
  | { readonly is: 'in'; readonly session: Session }
  | { readonly is: 'out'; readonly ways: readonly string[]; readonly oidcLabel?: string }
  | { readonly is: 'refused'; readonly problem: Problem }

export const who = signal<Who>({ is: 'asked' })

export const session = computed(() => (who.value.is === 'in' ? who.value.session : undefined))
export const mayChange = computed(() => session.value?.role === 'operator')

export async function findOut(): Promise<void> {
  try {
    who.value = { is: 'in', session: await ask<Session>('GET', '/api/session') }
  } catch (error) {
    const problem = problemOf(error)
    who.value = problem.status === 401 ? outside(problem) : { is: 'refused', problem }
  }
}

/** Whoever is not let in is told how one gets in. */
function outside({ said }: Problem): Who {
  const { ways, oidcLabel } = Object(said) as Record<string, unknown>
  return {
    is: 'out',
    ways: Array.isArray(ways) ? ways : [],
    ...(typeof oidcLabel === 'string' && { oidcLabel }),
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
