import { rightsOf } from '../../client/doors/index.ts'
import { visiblePipelines } from '../pipelines.ts'
import type { ConsoleApp, Services } from '../services.ts'

/** The pipelines of this process: they stand in leat.yml, and are not changed here. */
export function addPipelines(app: ConsoleApp, { pipelines }: Services): void {
  app.get('/api/pipelines', (context) =>
    context.json(visiblePipelines(pipelines(), rightsOf(context))),
  )
}
