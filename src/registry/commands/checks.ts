import { refusal } from '../errors.ts'
import type { RegistryState } from '../state/state.ts'
import { contextOf, isUsableSubject, subjectIn } from '../subjects.ts'

export function checkSubject(subject: string, use: 'schemas' | 'settings'): void {
  if (!isUsableSubject(subject, use)) throw refusal('subject-invalid', { subject })
}

export function checkWritable(state: RegistryState, subject: string): void {
  const mode = state.modeInScope(subject)
  if (mode === 'READONLY' || mode === 'READONLY_OVERRIDE') {
    throw notPermitted(subject, 'is in read-only mode')
  }
}

export function notPermitted(subject: string, why: string): Error {
  const context = subjectIn(contextOf(subject), '')
  return refusal('not-permitted', { why: `Subject ${subject} in context ${context} ${why}` })
}
