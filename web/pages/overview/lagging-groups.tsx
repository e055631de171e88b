import { to } from '../../state/place.ts'
import { latest } from '../../state/rates.ts'
import { count } from '../../text/numbers.ts'
import { NoFigures } from './no-figures.tsx'

const mostShown = 8

/** The groups that have most to read still. */
export function LaggingGroups() {
  const { groups } = latest.value ?? {}
  if (groups === undefined) return <NoFigures />
  const lags = Object.entries(groups)
    .map(([group, lag]) => ({ group, lag: BigInt(lag) }))
    .filter(({ lag }) => lag > 0n)
    .sort((a, b) => (a.lag < b.lag ? 1 : -1))
  if (lags.length === 0) return <p class="quiet">Every group has read all that there is.</p>
  return (
    <table aria-label="Groups with most to read">
      <thead>
        <tr>
          <th scope="col">Group</th>
          <th scope="col" class="number">
            Records to read
          </th>
        </tr>
      </thead>
      <tbody>
        {lags.slice(0, mostShown).map(({ group, lag }) => (
          <tr key={group}>
            <td>
              <a href={to('groups', group)}>{group}</a>
            </td>
            <td class="number">{count(lag)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
