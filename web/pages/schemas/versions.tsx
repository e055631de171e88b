import { Answered } from '../../parts/answered.tsx'
import { Copy } from '../../parts/copy.tsx'
import { Choice } from '../../parts/fields.tsx'
import { useAnswer } from '../../state/answers.ts'
import { pathOf } from '../../state/api.ts'
import { goWith, query, to } from '../../state/place.ts'
import { prettyJson } from '../../text/pretty-json.ts'
import type { SubjectVersion } from './answers.ts'
import { Difference } from './difference.tsx'

/** One version of a subject, alone or beside another; the address says which. */
export function Versions({
  subject,
  numbers,
}: {
  readonly subject: string
  readonly numbers: readonly number[]
}) {
  const chosen = query.value.get('version') ?? String(numbers.at(-1) ?? 'latest')
  const other = query.value.get('against')
  const at = (version: string) => pathOf('registry', 'subjects', subject, 'versions', version)
  const shown = useAnswer<SubjectVersion>(at(chosen))
  const against = useAnswer<SubjectVersion>(other === null ? undefined : at(other))
  const options = numbers.toReversed().map((one) => [`${one}`, `${one}`] as const)
  return (
    <>
      <div class="tools">
        <Choice
          label="Version"
          value={chosen}
          options={options}
          onInput={(version) => goWith({ version }, false)}
        />
        <Choice
          label="Compared with"
          value={other ?? ''}
          options={[['', 'Nothing'], ...options]}
          onInput={(version) => goWith({ against: version }, false)}
        />
      </div>
      <Answered answer={shown}>
        {(version) => (
          <>
            <About version={version} />
            {other === null ? (
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
              <pre class="schema" tabIndex={0}>
                {textOf(version)}
              </pre>
            ) : (
              <Answered answer={against}>
                {(before) => <Difference before={textOf(before)} after={textOf(version)} />}
              </Answered>
            )}
          </>
        )}
      </Answered>
    </>
  )
}

function About({ version }: { readonly version: SubjectVersion }) {
  const { id, schemaType = 'AVRO', references = [], schema } = version
  return (
    <div class="content-head">
      <p>
        {schemaType}, id {id}
        {references.map(({ name, subject, version }) => (
          <span key={name}>
            , refers to <a href={`${to('schemas', subject)}?version=${version}`}>{name}</a>
          </span>
        ))}
      </p>
      <Copy text={schema} />
    </div>
  )
}

export function textOf({ schema, schemaType }: Pick<SubjectVersion, 'schema' | 'schemaType'>) {
  return schemaType === 'PROTOBUF' ? schema : (prettyJson(schema) ?? schema)
}
