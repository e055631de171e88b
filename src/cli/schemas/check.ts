import { isError } from '../../base/errors.ts'
import type { NewSchema, RegistryClient } from '../../client/registry/index.ts'
import { command, operandsOf } from '../command.ts'
import { cliError } from '../errors.ts'
import { outputOption, toJson, wantsJson } from '../output.ts'
import { openRegistry, registryOption } from '../registry.ts'
import { printLine } from '../terminal.ts'
import { readSchema, schemaOptions } from './schema-file.ts'

export const check = command({
  operands: 'SUBJECT FILE',
  options: { ...schemaOptions, ...registryOption, ...outputOption },
  about:
    'Nothing is registered. The registry decides, by the compatibility of the subject; exit code 1 says that it would refuse.',
  examples: ['leat schemas check readings-value reading.avsc'],
  async run({ options, operands, terminal }) {
    const [subject = '', file = ''] = operandsOf(operands, 'SUBJECT', 'FILE')
    const schema = await readSchema(file, options)
    const registry = openRegistry(options, terminal)
    const { compatibility = 'NONE' } = await registry.config(subject, { defaultToGlobal: true })
    const verdicts = await verdictsOn(registry, subject, schema, compatibility)
    if (wantsJson(options)) {
      await printLine(terminal.stdout, toJson({ subject, compatibility, versions: verdicts }))
    } else {
      for (const { version, messages, isCompatible } of verdicts) {
        const result = isCompatible ? 'compatible' : 'NOT compatible'
        await printLine(terminal.stdout, `${result} with version ${version} (${compatibility})`)
        for (const message of messages) await printLine(terminal.stdout, `  ${message}`)
      }
      if (verdicts.length === 0) {
        await printLine(
          terminal.stdout,
          `'${subject}' has no version yet: any schema is compatible`,
        )
      }
    }
    const refused = verdicts.filter(({ isCompatible }) => !isCompatible)
    if (refused.length > 0) {
      const versions = refused.map(({ version }) => version).join(', ')
      const problem = `'${file}' is not ${compatibility} compatible with version ${versions} of '${subject}'.`
      throw cliError('failed', { problem })
    }
  },
})

/** Against the latest version, or against all where the compatibility is transitive. */
async function verdictsOn(
  registry: RegistryClient,
  subject: string,
  schema: NewSchema,
  compatibility: string,
) {
  const versions = await versionsOf(registry, subject)
  const checked = compatibility.endsWith('_TRANSITIVE') ? versions : versions.slice(-1)
  return await Promise.all(
    checked.map(async (version) => ({
      version,
      ...(await registry.isCompatible(subject, version, schema, { verbose: true })),
    })),
  )
}

async function versionsOf(registry: RegistryClient, subject: string): Promise<number[]> {
  try {
    return await registry.versions(subject)
  } catch (error) {
    if (isError(error, 'subject-not-found')) return []
    throw error
  }
}
