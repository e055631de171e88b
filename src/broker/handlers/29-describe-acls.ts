import { clusterName } from '../../access/acl.ts'
import { decodeFilter, encodeAcl } from '../../access/acl-codes.ts'
import { DescribeAcls } from '../../protocols/kafka/apis/29-describe-acls.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { refused, securityDisabled } from '../access/index.ts'
import { handler } from '../handler.ts'

/** Lists the rules that match a filter, those of the configuration too, by resource. */
export const describeAcls = handler(DescribeAcls, (request, context) => {
  const filter = decodeFilter(request)
  const none = { throttleTimeMs: 0, resources: [] }
  if (!context.allows('Describe', 'Cluster', clusterName)) return { ...none, ...refused.Cluster }
  const { access } = context.broker
  if (access === undefined) return { ...none, ...securityDisabled }
  const acls = filter === undefined ? [] : access.matching(filter)
  const byResource = Map.groupBy(acls, (acl) => `${acl.resourceType} ${acl.pattern} ${acl.name}`)
  const resources = [...byResource.values()].flatMap((acls) => {
    const coded = acls.map(encodeAcl)
    const [first] = coded
    return first === undefined ? [] : [{ ...first, acls: coded }]
  })
  return { throttleTimeMs: 0, errorCode: errorCode.NONE, errorMessage: '', resources }
})
