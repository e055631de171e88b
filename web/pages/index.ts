/** The console's pages: the one list of them. */
import type { ComponentType } from 'preact'
import type { Part } from '../state/told.ts'
import { ConnectorPage } from './connectors/connector.tsx'
import { ConnectorsPage } from './connectors/list.tsx'
import { GroupPage } from './groups/group.tsx'
import { GroupsPage } from './groups/list.tsx'
import { NotFound } from './not-found.tsx'
import { OverviewPage } from './overview/overview.tsx'
import { PipelinesPage } from './pipelines/list.tsx'
import { SchemasPage } from './schemas/list.tsx'
import { SubjectPage } from './schemas/subject.tsx'
import { TopicsPage } from './topics/list.tsx'
import { TopicPage } from './topics/topic.tsx'

interface PageOf {
  readonly name: string
  /** The first name in its address. */
  readonly path: string
  /** It is there only with this part of leat. */
  readonly part?: Part
  readonly list: ComponentType
  /** Of one of them, by the second name in the address. */
  readonly one?: ComponentType
}

export const pages: readonly PageOf[] = [
  { name: 'Overview', path: '', list: OverviewPage },
  { name: 'Topics', path: 'topics', list: TopicsPage, one: TopicPage },
  { name: 'Groups', path: 'groups', list: GroupsPage, one: GroupPage },
  {
    ...{ name: 'Connectors', path: 'connectors', part: 'connect' as const },
    ...{ list: ConnectorsPage, one: ConnectorPage },
  },
  {
    ...{ name: 'Schemas', path: 'schemas', part: 'registry' as const },
    ...{ list: SchemasPage, one: SubjectPage },
  },
  { name: 'Pipelines', path: 'pipelines', part: 'pipelines', list: PipelinesPage },
]

export function pageAt([area = '', name]: readonly string[]): ComponentType {
  const page = pages.find(({ path }) => path === area)
  return (name === undefined ? page?.list : page?.one) ?? NotFound
}
