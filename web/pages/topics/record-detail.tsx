import { useState } from 'preact/hooks'
import { Button } from '../../parts/button.tsx'
import { Copy } from '../../parts/copy.tsx'
import { useBroker } from '../../state/cluster.ts'
import { to } from '../../state/place.ts'
import { recordLine } from '../../text/command-lines.ts'
import type { Seen, SeenRecord } from './answers.ts'
import { aboutOf, inFull, inHex, inOneLine } from './seen.ts'

/** All of a record: value, key, headers, and ways to take it along. */
export function RecordDetail({
  topic,
  record: { partition, offset, key, value, headers },
}: {
  readonly topic: string
  readonly record: SeenRecord
}) {
  const broker = useBroker()
  const link = `${to('topics', topic)}?partition=${partition}&from=${offset}&open=${partition}-${offset}`
  return (
    <div class="detail">
      <Content name="Value" seen={value} />
      {key.format !== 'null' && <Content name="Key" seen={key} />}
      {headers.length > 0 && (
        <>
          <h2>Headers</h2>
          <dl class="headers">
            {headers.map(([name, header], index) => (
              <div key={index}>
                <dt>{name}</dt>
                <dd>
                  {inOneLine(header)} <small>{aboutOf(header)}</small>
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
      <div class="actions">
        <Copy label="Copy link" text={new URL(link, window.location.href).href} />
        <Copy label="Copy as a command" text={recordLine(topic, partition, offset, broker)} />
      </div>
    </div>
  )
}

function Content({ name, seen }: { readonly name: string; readonly seen: Seen }) {
  const [asHex, setHex] = useState(false)
  const hex = inHex(seen)
  const shown = asHex && hex !== undefined ? hex : inFull(seen)
  return (
    <>
      <div class="content-head">
        <h2>{name}</h2>
        <small>{aboutOf(seen)}</small>
        {hex !== undefined && (
          <Button kind="quiet" pressed={asHex} onClick={() => setHex(!asHex)}>
            Hex
          </Button>
        )}
        {seen.format !== 'null' && <Copy text={shown} />}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      {seen.format !== 'null' && <pre tabIndex={0}>{shown}</pre>}
    </>
  )
}
