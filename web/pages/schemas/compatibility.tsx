import { Choice } from '../../parts/fields.tsx'
import { Trouble } from '../../parts/notice.tsx'
import { useAnswer } from '../../state/answers.ts'
import { ask, pathOf } from '../../state/api.ts'
import { useDeed } from '../../state/deed.ts'
import { mayChange } from '../../state/session.ts'
import { compatibilities } from './answers.ts'

/** What a next version must keep, and changing it. */
export function Compatibility({ subject }: { readonly subject: string }) {
  const path = pathOf('registry', 'config', subject)
  const answer = useAnswer<{ compatibilityLevel: string }>(`${path}?defaultToGlobal=true`)
  const deed = useDeed()
  const { compatibilityLevel: level } = answer.data ?? {}
  const set = async (compatibility: string) => {
    await deed.run(() => ask('PUT', path, { compatibility }))
    answer.reload()
  }
  return (
    <>
      <Trouble problem={answer.problem ?? deed.problem} onRetry={answer.reload} />
      {level !== undefined && (
        <div class="tools">
          {mayChange.value ? (
            <Choice
              label="A next version keeps compatibility"
              value={level}
              disabled={deed.isBusy}
              options={compatibilities.map((one) => [one, one] as const)}
              onInput={(value) => void set(value)}
            />
          ) : (
            <p>A next version keeps compatibility {level}.</p>
          )}
        </div>
      )}
    </>
  )
}
