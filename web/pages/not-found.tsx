import { Empty } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'

export function NotFound() {
  return (
    <Page title="No such page">
      <Empty title="The console has no page at this address.">
        <p>
          Go on from the <a href="/">overview</a>.
        </p>
      </Empty>
    </Page>
  )
}
