/** What one rule says to one question, as Apache Kafka's `StandardAuthorizer` decides it. */
import { type AclBinding, type Operation, wildcard } from './acl.ts'
import { everybody } from './principal.ts'

/** Whoever may do one of these may also see that the resource is there … */
const impliesDescribe: readonly Operation[] = ['Describe', 'Read', 'Write', 'Delete', 'Alter']
/** … and whoever may change its configurations may see them. */
const impliesDescribeConfigs: readonly Operation[] = ['DescribeConfigs', 'AlterConfigs']

/** Whether the rule speaks of this principal (`User:alice`) at this host. */
export function concerns(acl: AclBinding, principal: string, host: string): boolean {
  return (
    (acl.principal === principal || acl.principal === everybody) &&
    (acl.host === wildcard || acl.host === host)
  )
}

/** Whether the rule speaks of this operation; only what is allowed implies something else. */
export function covers({ operation, permission }: AclBinding, asked: Operation): boolean {
  if (operation === 'All' || operation === asked) return true
  if (permission === 'Deny') return false
  if (asked === 'Describe') return impliesDescribe.includes(operation)
  return asked === 'DescribeConfigs' && impliesDescribeConfigs.includes(operation)
}
