import { useMemo } from 'preact/hooks'
import { difference } from '../../text/difference.ts'

const spoken = { '+': 'new: ', '-': 'gone: ', ' ': '' }

/** Two texts as one, with the lines that are gone and new. */
export function Difference({ before, after }: { readonly before: string; readonly after: string }) {
  const lines = useMemo(() => difference(before, after), [before, after])
  if (before === after) return <p class="quiet">They do not differ.</p>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <pre class="schema difference" tabIndex={0}>
      {lines.map(({ mark, text }, index) => (
        <div key={index} class={{ '+': 'new', '-': 'gone', ' ': 'same' }[mark]}>
          <span aria-hidden="true">{mark} </span>
          <span class="unseen">{spoken[mark]}</span>
          {text}
        </div>
      ))}
    </pre>
  )
}
