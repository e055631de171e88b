import { useEffect, useState } from 'preact/hooks'
import { Button } from './button.tsx'

const saidForMs = 1_500

/** Puts text where it can be pasted from, and says so. */
export function Copy({ text, label = 'Copy' }: { readonly text: string; readonly label?: string }) {
  const [said, setSaid] = useState<string>()
  useEffect(() => {
    if (said === undefined) return
    const timer = setTimeout(() => setSaid(undefined), saidForMs)
    return () => clearTimeout(timer)
  }, [said])
  const copy = async () => setSaid((await copied(text)) ? 'Copied' : 'Not allowed')
  return (
    <Button kind="quiet" onClick={() => void copy()}>
      <span aria-live="polite">{said ?? label}</span>
    </Button>
  )
}

/** A command for the shell, with a button that copies it. */
export function Command({ line }: { readonly line: string }) {
  return (
    <div class="command">
      <code>{line}</code>
      <Copy text={line} />
    </div>
  )
}

/** Without TLS and away from this machine a browser has no clipboard: then by way of a selection. */
async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const area = document.createElement('textarea')
    area.value = text
    area.className = 'unseen'
    const within = document.querySelector('dialog[open]') ?? document.body
    within.append(area)
    area.select()
    const done = document.execCommand('copy')
    area.remove()
    return done
  }
}
