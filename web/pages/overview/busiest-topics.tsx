import { Chart } from '../../parts/chart.tsx'
import { Empty } from '../../parts/notice.tsx'
import { useBroker } from '../../state/cluster.ts'
import { to } from '../../state/place.ts'
import { latest, past } from '../../state/rates.ts'
import { busiest, type Past } from '../../state/samples.ts'
import { atBroker, commandLine } from '../../text/command-lines.ts'
import { count, rate } from '../../text/numbers.ts'
import { NoFigures } from './no-figures.tsx'

/** As many lines as one can tell apart. */
const mostLines = 6

/** Those that took most records in the last minutes, as lines and as figures. */
export function BusiestTopics() {
  const broker = useBroker()
  // Of the first second nothing is known yet.
  const samples = past.value.slice(past.value.findIndex(({ perSecond }) => perSecond.size > 0))
  const { topics } = latest.value ?? {}
  if (topics === undefined) return <NoFigures />
  const names = busiestOf(samples)
  if (names.length === 0) {
    return (
      <Empty
        title="Nothing is written at the moment."
        command={`echo hello | ${commandLine('leat', 'produce', 'greetings', ...atBroker(broker))}`}
      >
        <p>Records show up here within a second. Try it:</p>
      </Empty>
    )
  }
  return (
    <div class="busiest">
      <Chart
        label={`Records a second of ${names.join(', ')}`}
        times={samples.map(({ at }) => at)}
        lines={names.map((name) => ({
          name,
          values: samples.map(({ perSecond }) => perSecond.get(name) ?? 0),
        }))}
      />
      <table aria-label="Busiest topics">
        <thead>
          <tr>
            <th scope="col">Topic</th>
            <th scope="col" class="number">
              Records/s
            </th>
            <th scope="col" class="number extra">
              Written so far
            </th>
          </tr>
        </thead>
        <tbody>
          {names.map((name, index) => (
            <tr key={name}>
              <td>
                <span class={`swatch series-${index + 1}`} />
                <a href={to('topics', name)}>{name}</a>
              </td>
              <td class="number">{rate(topics[name]?.perSecond ?? 0)}</td>
              <td class="number extra">{count(topics[name]?.end ?? '0')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** By what they took over all samples, so that lines do not come and go; in the order of their names. */
function busiestOf(samples: readonly Past[]): string[] {
  const sums = new Map<string, number>()
  for (const { perSecond } of samples) {
    for (const [name, rate] of perSecond) sums.set(name, (sums.get(name) ?? 0) + rate)
  }
  const asRates = Object.fromEntries(
    [...sums].map(([name, perSecond]) => [name, { end: '0', perSecond }]),
  )
  return busiest(asRates, mostLines)
    .map(([name]) => name)
    .sort()
}
