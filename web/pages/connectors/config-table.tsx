import { useState } from 'preact/hooks'
import { Button } from '../../parts/button.tsx'
import type { Config } from './answers.ts'
import { isCovered } from './covered.ts'

/** What a connector is told; secrets that stand in it are covered until they are asked for. */
export function ConfigTable({ config }: { readonly config: Config }) {
  const entries = Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1))
  return (
    <div class="table">
      <table class="names" aria-label="Configuration">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          {entries.map(([name, value]) => (
            <tr key={name}>
              <td>
                <code>{name}</code>
              </td>
              <td class="whole">
                <Value name={name} value={value} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Value({ name, value }: { readonly name: string; readonly value: string | null }) {
  const [isAsked, setAsked] = useState(false)
  if (isAsked || !isCovered(name, value)) return <code>{value}</code>
  return (
    <Button kind="quiet" label={`Uncover ${name}`} onClick={() => setAsked(true)}>
      covered
    </Button>
  )
}
