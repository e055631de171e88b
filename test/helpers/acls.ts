/** The rules of a broker, as its admin is told of them. */
import type { Peer } from '../../src/broker/testing/peer.ts'
import { DescribeAcls } from '../../src/protocols/kafka/apis/29-describe-acls.ts'
import { DeleteAcls } from '../../src/protocols/kafka/apis/31-delete-acls.ts'
import { eventually } from './eventually.ts'

/** A filter that every rule passes. */
export const allAcls = {
  resourceTypeFilter: 1,
  resourceNameFilter: null,
  patternTypeFilter: 1,
  principalFilter: null,
  hostFilter: null,
  operation: 1,
  permissionType: 1,
}

/** All of them. */
export async function deleteAcls(admin: Peer): Promise<void> {
  await admin.request(DeleteAcls, 3, { filters: [allAcls] })
  await untilThereAre(admin, 0)
}

/** A broker of Apache Kafka learns what became of rules some time after its controller has answered. */
export async function untilThereAre(admin: Peer, count: number): Promise<void> {
  let last = -1
  const areThere = async () => {
    const { resources } = await admin.request(DescribeAcls, 3, allAcls)
    last = resources.reduce((sum, { acls }) => sum + acls.length, 0)
    return last === count
  }
  await eventually(() => `there are ${count} rules, not ${last}`, areThere)
}
