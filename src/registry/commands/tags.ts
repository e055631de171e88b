import { mergeRuleSets, withoutRules, withVersion } from '../contract.ts'
import { refusal } from '../errors.ts'
import type { TagRequest } from '../requests.ts'
import type { Services } from '../services.ts'
import { type Registered, register } from './register.ts'

/** Registers a version anew with other metadata or rules, as the version behind the latest. */
export async function changeContract(
  subject: string,
  wanted: number | 'latest',
  request: TagRequest,
  services: Services,
): Promise<Registered> {
  await services.topic.ready()
  const { versions } = services.topic.state
  const latest = versions.latest(subject)
  if (latest === undefined) throw refusal('subject-not-found', { subject })
  const found = wanted === 'latest' ? latest : versions.get(subject, wanted)
  if (found === undefined || found.deleted) {
    throw refusal('version-not-found', { version: wanted === 'latest' ? -1 : wanted })
  }
  const { newVersion = (versions.of(subject).at(-1)?.version ?? 0) + 1 } = request
  const merged = mergeRuleSets(latest.ruleSet, request.rulesToMerge)
  const kept = merged && withoutRules(merged, request.rulesToRemove ?? [])
  const changesRules = request.rulesToMerge !== undefined || request.rulesToRemove !== undefined
  const ruleSet = changesRules ? kept : request.ruleSet
  const { schema, schemaType, references = [] } = found
  const metadata = withVersion(request.metadata ?? found.metadata, newVersion)
  const body = { schema, schemaType, references, metadata, version: newVersion }
  return await register(subject, ruleSet === undefined ? body : { ...body, ruleSet }, {}, services)
}
