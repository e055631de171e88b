import { Notice, Waiting } from '../../parts/notice.tsx'
import { isRefused } from '../../state/rates.ts'

/** Until the first figures are there. */
export function NoFigures() {
  if (!isRefused.value) return <Waiting />
  return (
    <Notice kind="warn">
      <p>leat gives no live figures at the moment; it is asked again every few seconds.</p>
    </Notice>
  )
}
