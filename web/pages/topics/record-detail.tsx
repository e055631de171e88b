import { useState } from 'preact/hooks'
import { Button } from '../../parts/button.tsx'
import { Copy } from '../../parts/copy.tsx'
import { Trouble } from '../../parts/notice.tsx'
import { open, pathOf } from '../../state/api.ts'
import { useBroker } from '../../state/cluster.ts'
import { useDeed } from '../../state/deed.ts'
import { to } from '../../state/place.ts'
import { mayChange } from '../../state/session.ts'
import { recordLine } from '../../text/command-lines.ts'
import type { Seen, SeenRecord } from './answers.ts'
import { draftOf } from './new-record.ts'
import { Produce } from './produce.tsx'
import { aboutOf, inFull, inHex, inOneLine } from './seen.ts'

/** As much of a value as leat tells at most. */
const mostCharacters = 1024 * 1024

/** All of a record: value, key, headers, and ways to take it along. */
export function RecordDetail({
  topic,
  partitions,
  record: listed,
}: {
  readonly topic: string
  /** How many the topic has. */
  readonly partitions: number
  readonly record: SeenRecord
}) {
  const [record, setRecord] = useState(listed)
  const [isProducing, setProducing] = useState(false)
  const broker = useBroker()
  const deed = useDeed()
  const { partition, offset, key, value, headers } = record
  const draft = draftOf(record)
  const all = [key, value, ...headers.map(([, header]) => header)]
  const showAll = () => deed.run(async () => setRecord(await wholeRecord(topic, partition, offset)))
  const link = `${to('topics', topic)}?partition=${partition}&from=${offset}&open=${partition}-${offset}`
  return (
    <div class="detail">
      <Content name="Value" seen={value} />
      {key.format !== 'null' && <Content name="Key" seen={key} />}
      {headers.length > 0 && <Headers headers={headers} />}
      <Trouble problem={deed.problem} />
      <div class="actions">
        {record === listed && all.some(({ isCut }) => isCut) && (
          <Button disabled={deed.isBusy} onClick={() => void showAll()}>
            Show all of it
          </Button>
        )}
        {mayChange.value && draft && (
          <Button kind="quiet" onClick={() => setProducing(true)}>
            Produce again …
          </Button>
        )}
        <Copy label="Copy link" text={new URL(link, window.location.href).href} />
        <Copy label="Copy as a command" text={recordLine(topic, partition, offset, broker)} />
      </div>
      {isProducing && (
        <Produce
          topic={topic}
          partitions={partitions}
          {...(draft && { from: draft })}
          onClose={() => setProducing(false)}
        />
      )}
    </div>
  )
}

async function wholeRecord(topic: string, partition: number, offset: string): Promise<SeenRecord> {
  const query = `partition=${partition}&from=${offset}&limit=1&bytes=${mostCharacters}`
  const response = await open('GET', `${pathOf('topics', topic, 'records')}?${query}`)
  const [line = ''] = (await response.text()).split('\n', 1)
  const record = JSON.parse(line)
  if (record.offset === offset) return record
  throw new Error(`Offset ${offset} is no longer there: it has been deleted or compacted away.`)
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

function Headers({ headers }: Pick<SeenRecord, 'headers'>) {
  return (
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
  )
}
