import type { ComponentChildren } from 'preact'
import type { Problem } from '../state/problem.ts'
import { Button } from './button.tsx'
import { Command } from './copy.tsx'

/** What went wrong, in leat's own words. */
export function Trouble({
  problem,
  onRetry,
}: {
  readonly problem: Problem | undefined
  readonly onRetry?: () => void
}) {
  if (problem === undefined) return null
  return (
    <div class="notice bad" role="alert">
      <p>{problem.message}</p>
      {onRetry && <Button onClick={onRetry}>Try again</Button>}
    </div>
  )
}

export function Notice({
  kind = 'plain',
  children,
}: {
  readonly kind?: 'plain' | 'good' | 'warn'
  readonly children: ComponentChildren
}) {
  return (
    <div class={`notice ${kind}`} role="status">
      {children}
    </div>
  )
}

/** There is nothing here yet: what to do next, with a command for it. */
export function Empty({
  title,
  command,
  children,
}: {
  readonly title: string
  readonly command?: string
  readonly children?: ComponentChildren
}) {
  return (
    <div class="empty">
      <p class="strong">{title}</p>
      {children}
      {command && <Command line={command} />}
    </div>
  )
}

export function Waiting() {
  return (
    <p class="waiting" role="status">
      Asking leat …
    </p>
  )
}
