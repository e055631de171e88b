import { ListGroups } from '../../protocols/kafka/apis/16-list-groups.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { handler } from '../handler.ts'

const groupType = 'classic'

export const listGroups = handler(ListGroups, ({ statesFilter, typesFilter }, { broker }) => {
  const wanted = (filter: readonly string[], value: string) =>
    filter.length === 0 || filter.some((one) => one.toLowerCase() === value.toLowerCase())
  return {
    errorCode: errorCode.NONE,
    groups: [...broker.groups.all()]
      .filter(({ state }) => wanted(statesFilter, state) && wanted(typesFilter, groupType))
      .map(({ name, state, protocolType }) => ({
        groupId: name,
        protocolType: protocolType ?? '',
        groupState: state,
        groupType,
      })),
  }
})
