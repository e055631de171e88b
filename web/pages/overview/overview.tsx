import { Page, Section } from '../../parts/page.tsx'
import { useRates } from '../../state/rates.ts'
import { Attention } from './attention.tsx'
import { BusiestTopics } from './busiest-topics.tsx'
import { LaggingGroups } from './lagging-groups.tsx'
import { Parts } from './parts.tsx'

/** What runs, what moves, and what needs somebody. */
export function OverviewPage() {
  useRates()
  return (
    <Page title="Overview">
      <Parts />
      <Section title="Needs attention">
        <Attention />
      </Section>
      <Section title="Busiest topics">
        <BusiestTopics />
      </Section>
      <Section title="Lag">
        <LaggingGroups />
      </Section>
    </Page>
  )
}
