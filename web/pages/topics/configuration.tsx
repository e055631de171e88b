import { useState } from 'preact/hooks'
import { Answered } from '../../parts/answered.tsx'
import { Button } from '../../parts/button.tsx'
import { DialogForm } from '../../parts/dialog.tsx'
import { TextField, Tick } from '../../parts/fields.tsx'
import { Empty } from '../../parts/notice.tsx'
import { found, SearchBox } from '../../parts/search-box.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { useAnswer } from '../../state/answers.ts'
import { ask, pathOf } from '../../state/api.ts'
import { useDeed } from '../../state/deed.ts'
import { goWith, query } from '../../state/place.ts'
import { mayChange } from '../../state/session.ts'
import type { TopicConfig } from './answers.ts'

/** What the topic is told to be; what is its own comes first, and everything on demand. */
export function Configuration({ topic }: { readonly topic: string }) {
  const answer = useAnswer<TopicConfig[]>(pathOf('topics', topic, 'configs'))
  const [changed, setChanged] = useState<TopicConfig>()
  const showsAll = query.value.has('all')
  const columns: Column<TopicConfig>[] = [
    { name: 'Name', cell: ({ name }) => <code>{name}</code>, by: ({ name }) => name },
    { name: 'Value', cell: (config) => <code>{shownValue(config)}</code> },
    {
      ...{ name: 'From', isExtra: true },
      cell: ({ source }) => source,
      by: ({ source }) => source,
    },
  ]
  if (mayChange.value) {
    columns.push({
      name: 'Change',
      cell: (config) =>
        !config.isReadOnly && (
          <Button kind="quiet" label={`Change ${config.name}`} onClick={() => setChanged(config)}>
            Change
          </Button>
        ),
    })
  }
  return (
    <>
      <div class="tools">
        <SearchBox label="Search settings" />
        <Tick
          label="Also what is the broker's default"
          value={showsAll}
          onChange={(all) => goWith({ all: all ? '1' : undefined })}
        />
      </div>
      <Answered answer={answer}>
        {(configs) => {
          const shown = configs.filter(({ isDefault }) => showsAll || !isDefault)
          const rows = found(shown, ({ name }) => name)
          if (rows.length === 0) {
            return (
              <Empty
                title={
                  shown.length === 0
                    ? 'Everything is the broker’s default.'
                    : 'No setting has this in its name.'
                }
              />
            )
          }
          return (
            <Table label="Configuration" columns={columns} rows={rows} keyOf={({ name }) => name} />
          )
        }}
      </Answered>
      {changed && (
        <ChangeConfig
          topic={topic}
          config={changed}
          onClose={() => {
            setChanged(undefined)
            answer.reload()
          }}
        />
      )}
    </>
  )
}

function shownValue({ value, isSensitive }: TopicConfig): string {
  return isSensitive ? '(hidden)' : (value ?? '')
}

function ChangeConfig({
  topic,
  config: { name, value, isDefault, documentation },
  onClose,
}: {
  readonly topic: string
  readonly config: TopicConfig
  readonly onClose: () => void
}) {
  const [typed, setTyped] = useState(value ?? '')
  const deed = useDeed()
  const change = async (set: Record<string, string>, reset: string[]) => {
    const path = pathOf('topics', topic, 'configs')
    if (await deed.run(() => ask('PATCH', path, { set, reset }))) onClose()
  }
  return (
    <DialogForm
      title={name}
      deed={deed}
      verb="Change"
      onClose={onClose}
      onSubmit={() => void change({ [name]: typed }, [])}
      others={
        !isDefault && (
          <Button kind="quiet" disabled={deed.isBusy} onClick={() => void change({}, [name])}>
            Take the default
          </Button>
        )
      }
    >
      <TextField label="Value" value={typed} onInput={setTyped} isCode about={documentation} />
    </DialogForm>
  )
}
