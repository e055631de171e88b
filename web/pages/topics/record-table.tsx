import { Fragment } from 'preact'
import { goWith, query } from '../../state/place.ts'
import { moment } from '../../text/times.ts'
import type { SeenRecord, Topic } from './answers.ts'
import { RecordDetail } from './record-detail.tsx'
import { inOneLine } from './seen.ts'

/** Records a row each; one of them is open, and the address says which. */
export function RecordTable({
  topic: { name: topic, partitions },
  records,
}: {
  readonly topic: Topic
  readonly records: readonly SeenRecord[]
}) {
  const open = query.value.get('open')
  return (
    <div class="table">
      <table class="records" aria-label={`Records of ${topic}`}>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col" class="number extra">
              Partition
            </th>
            <th scope="col" class="number">
              Offset
            </th>
            <th scope="col">Key</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          {records.map((record) => {
            const id = `${record.partition}-${record.offset}`
            return (
              <Fragment key={id}>
                <RecordRow record={record} id={id} isOpen={id === open} />
                {id === open && (
                  <tr class="opened">
                    <td colSpan={5}>
                      <RecordDetail topic={topic} partitions={partitions.length} record={record} />
                    </td>
                  </tr>
                )}
              </Fragment>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

function RecordRow({
  record: { timestamp, partition, offset, key, value },
  id,
  isOpen,
}: {
  readonly record: SeenRecord
  readonly id: string
  readonly isOpen: boolean
}) {
  const [day, time] = moment(timestamp)
  const turn = () => goWith({ open: isOpen ? undefined : id }, false)
  return (
    <tr class={isOpen ? 'record open' : 'record'} onClick={turn}>
      <td>
        <span class="extra">{day} </span>
        {time}
      </td>
      <td class="number extra">{partition}</td>
      <td class="number">
        <button type="button" class="sort" aria-expanded={isOpen} aria-label={`Record ${offset}`}>
          {offset}
        </button>
      </td>
      <td class="text key">{inOneLine(key)}</td>
      <td class="text">{inOneLine(value)}</td>
    </tr>
  )
}
