import { clusterName } from '../../access/acl.ts'
import { ListGroups } from '../../protocols/kafka/apis/16-list-groups.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { handler } from '../handler.ts'

const groupType = 'classic'

export const listGroups = handler(ListGroups, ({ statesFilter, typesFilter }, context) => {
  const seesAll = context.shows('Describe', 'Cluster', clusterName)
  const wanted = (filter: readonly string[], value: string) =>
    filter.length === 0 || filter.some((one) => one.toLowerCase() === value.toLowerCase())
  return {
    errorCode: errorCode.NONE,
    groups: [...context.broker.groups.all()]
      .filter(({ name }) => seesAll || context.shows('Describe', 'Group', name))
      .filter(({ state }) => wanted(statesFilter, state) && wanted(typesFilter, groupType))
      .map(({ name, state, protocolType }) => ({
        groupId: name,
        protocolType: protocolType ?? '',
        groupState: state,
        groupType,
      })),
  }
})
