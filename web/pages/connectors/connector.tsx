import { useState } from 'preact/hooks'
import { Answered } from '../../parts/answered.tsx'
import { Button } from '../../parts/button.tsx'
import { Copy } from '../../parts/copy.tsx'
import { DeleteDialog } from '../../parts/delete-dialog.tsx'
import { Trouble } from '../../parts/notice.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { useAnswer } from '../../state/answers.ts'
import { ask, type Method, pathOf } from '../../state/api.ts'
import { useDeed } from '../../state/deed.ts'
import { go, place } from '../../state/place.ts'
import { mayChange } from '../../state/session.ts'
import type { Config, Figures, Status } from './answers.ts'
import { ConfigTable } from './config-table.tsx'
import { EditConnector } from './edit-connector.tsx'
import { Tasks } from './tasks.tsx'

const everyMs = 2_000

/** A connector: how it does, what it is told to do, and turning it on and off. */
export function ConnectorPage() {
  const [, name = ''] = place.value
  const path = pathOf('connect', 'connectors', name)
  const status = useAnswer<Status>(`${path}/status`, everyMs)
  const config = useAnswer<Config>(`${path}/config`)
  const figures = useAnswer<Figures>(`${path}/figures`, everyMs)
  const [open, setOpen] = useState<'edit' | 'delete'>()
  const close = () => {
    setOpen(undefined)
    config.reload()
  }
  const deed = useDeed()
  const act = async (method: Method, below: string) => {
    await deed.run(() => ask(method, path + below))
    status.reload()
  }
  return (
    <Page
      title={name}
      above={<a href="/connectors">Connectors</a>}
      actions={
        mayChange.value && (
          <>
            <Button onClick={() => setOpen('delete')}>Delete</Button>
            <Deeds state={status.data?.connector.state} isBusy={deed.isBusy} act={act} />
          </>
        )
      }
    >
      <Trouble problem={deed.problem} />
      <Answered answer={status}>
        {(found) => (
          <Tasks
            status={found}
            figures={figures.data}
            onRestart={(task) => void act('POST', `/tasks/${task}/restart`)}
            isBusy={deed.isBusy}
          />
        )}
      </Answered>
      <Section
        title="Configuration"
        actions={
          config.data && (
            <>
              <Copy text={JSON.stringify({ name, config: config.data }, null, 2)} />
              {mayChange.value && <Button onClick={() => setOpen('edit')}>Edit</Button>}
            </>
          )
        }
      >
        <Answered answer={config}>{(found) => <ConfigTable config={found} />}</Answered>
      </Section>
      {open === 'edit' && config.data && (
        <EditConnector name={name} config={config.data} onClose={close} />
      )}
      {open === 'delete' && (
        <DeleteDialog
          what="connector"
          name={name}
          act={() => ask('DELETE', path)}
          onClose={close}
          onDone={() => go('/connectors')}
        >
          It stops at once. What it has brought stays where it is, and how far it was is kept.
        </DeleteDialog>
      )}
    </Page>
  )
}

interface DeedsProps {
  readonly state: string | undefined
  readonly isBusy: boolean
  readonly act: (method: Method, below: string) => Promise<void>
}

/** What makes sense in the state that it is in. */
function Deeds({ state, isBusy, act }: DeedsProps) {
  const isOff = state === 'PAUSED' || state === 'STOPPED'
  return (
    <>
      {state !== 'STOPPED' && (
        <Button disabled={isBusy} onClick={() => void act('PUT', '/stop')}>
          Stop
        </Button>
      )}
      <Button
        disabled={isBusy}
        onClick={() => void act('POST', '/restart?includeTasks=true&onlyFailed=false')}
      >
        Restart
      </Button>
      {isOff ? (
        <Button kind="main" disabled={isBusy} onClick={() => void act('PUT', '/resume')}>
          Resume
        </Button>
      ) : (
        <Button disabled={isBusy} onClick={() => void act('PUT', '/pause')}>
          Pause
        </Button>
      )}
    </>
  )
}
