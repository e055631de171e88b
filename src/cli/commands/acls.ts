import { type AclBinding, aclKey } from '../../access/acl.ts'
import { encodeAcl, encodeFilter } from '../../access/acl-codes.ts'
import { addRules, rulesIn, understood } from '../../client/access/index.ts'
import { checkAnswer } from '../../client/index.ts'
import { DeleteAcls } from '../../protocols/kafka/apis/31-delete-acls.ts'
import { filtersOf, ruleOptions, rulesOf } from '../acl-options.ts'
import { command, type Group, operandsOf } from '../command.ts'
import { cliError } from '../errors.ts'
import { kafkaOptions, openKafka } from '../kafka.ts'
import { outputOption, printRows } from '../output.ts'

const list = command({
  options: { ...ruleOptions, ...kafkaOptions, ...outputOption },
  about: "With '--pattern match' all rules that apply to a name, also prefixed ones and '*'.",
  examples: ['leat acls list', 'leat acls list -t plant.1 --pattern match'],
  async run({ options, operands, terminal }) {
    operandsOf(operands)
    await using client = openKafka(options, terminal)
    const found = new Map<string, AclBinding>()
    for (const filter of filtersOf(options)) {
      for (const acl of understood(await rulesIn(client, filter))) found.set(aclKey(acl), acl)
    }
    await printRows({ options, terminal }, rowsOf([...found.values()]))
  },
})

const add = command({
  options: { ...ruleOptions, ...kafkaOptions, ...outputOption },
  about: 'One rule for each operation. Rules that are there already stay.',
  examples: [
    'leat acls add --principal alice --operation Read -t readings',
    'leat acls add --principal alice --operation All -t plant. --pattern prefixed',
    "leat acls add --principal 'User:*' --operation Write -t audit --deny",
  ],
  async run({ options, operands, terminal }) {
    operandsOf(operands)
    const rules = rulesOf(options)
    await using client = openKafka(options, terminal)
    await addRules(client, rules.map(encodeAcl))
    await printRows({ options, terminal }, rowsOf(rules))
  },
})

const remove = command({
  options: { ...ruleOptions, ...kafkaOptions, ...outputOption },
  about: 'Removes all rules that fit, and prints them. Those of leat.yml stay.',
  examples: ['leat acls remove --principal alice -t readings', 'leat acls remove --principal eve'],
  async run({ options, operands, terminal }) {
    operandsOf(operands)
    if (Object.keys(ruleOptions).every((name) => !(name in options))) {
      throw cliError('usage', { problem: "Write which rules, such as '--principal alice'." })
    }
    const filters = filtersOf(options).map(encodeFilter)
    await using client = openKafka(options, terminal)
    const { filterResults } = await client.request(DeleteAcls, { filters })
    for (const { errorCode, errorMessage } of filterResults) {
      checkAnswer(errorCode, errorMessage || 'The ACLs')
    }
    const matching = filterResults.flatMap(({ matchingAcls }) => matchingAcls)
    const removed = matching.filter(({ errorCode }) => errorCode === 0)
    await printRows({ options, terminal }, rowsOf(understood(removed)))
    for (const { errorCode, errorMessage } of matching) {
      checkAnswer(errorCode, errorMessage || 'An ACL')
    }
  },
})

export const acls: Group = {
  actions: {
    list: { summary: 'Lists rules of access.', command: list },
    add: { summary: 'Adds rules of access.', command: add },
    remove: { summary: 'Removes rules of access.', command: remove },
  },
}

function rowsOf(acls: readonly AclBinding[]) {
  return acls.map(({ principal, permission, operation, resourceType, name, pattern, host }) => ({
    principal,
    permission,
    operation,
    resource: resourceType,
    name,
    pattern,
    host,
  }))
}
