import { useState } from 'preact/hooks'
import { Answered } from '../../parts/answered.tsx'
import { Button } from '../../parts/button.tsx'
import { Empty } from '../../parts/notice.tsx'
import { Page } from '../../parts/page.tsx'
import { found, SearchBox } from '../../parts/search-box.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { useAnswer } from '../../state/answers.ts'
import { to } from '../../state/place.ts'
import { mayChange } from '../../state/session.ts'
import { RegisterSchema } from './register-schema.tsx'

const everyMs = 5_000

const columns: readonly Column<string>[] = [
  {
    name: 'Subject',
    cell: (subject) => <a href={to('schemas', subject)}>{subject}</a>,
    by: (subject) => subject,
  },
]

export function SchemasPage() {
  const answer = useAnswer<string[]>('/api/registry/subjects', everyMs)
  const [isRegistering, setRegistering] = useState(false)
  return (
    <Page
      title="Schemas"
      actions={
        mayChange.value && (
          <Button kind="main" onClick={() => setRegistering(true)}>
            Register schema
          </Button>
        )
      }
    >
      <div class="tools">
        <SearchBox label="Search subjects" />
      </div>
      <Answered answer={answer}>
        {(subjects) => {
          const rows = found(subjects, (subject) => subject)
          if (rows.length > 0) {
            return <Table label="Subjects" columns={columns} rows={rows} keyOf={(one) => one} />
          }
          if (subjects.length > 0) return <Empty title="No subject has this in its name." />
          return (
            <Empty
              title="There is no schema yet."
              command="leat schemas register readings-value reading.avsc"
            >
              <p>
                Clients register what they write, each under the name of its topic and -key or
                -value. Or by hand:
              </p>
            </Empty>
          )
        }}
      </Answered>
      {isRegistering && <RegisterSchema onClose={() => setRegistering(false)} />}
    </Page>
  )
}
