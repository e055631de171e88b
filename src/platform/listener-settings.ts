/** Settings that several parts of leat.yml have in common, above all those of their listeners. */
import { principalMapping } from '../access/principal-mapping.ts'
import { isError } from '../base/errors.ts'
import { type Setting, scalar } from '../base/settings.ts'
import { type Address, parseAddress } from './addresses.ts'

export const address = (about: string, example: string, fallback?: Address) =>
  scalar(
    { about, example, ...(fallback === undefined ? {} : { fallback }) },
    'HOST:PORT',
    parseAddress,
  )

/** Kafka's own `ssl.principal.mapping.rules`. */
export const principalRules: Setting<string> = {
  about:
    "Which user a client's certificate names, by Kafka's rules; DEFAULT is the certificate's whole name.",
  example: 'DEFAULT',
  fallback: () => 'DEFAULT',
  read(raw, at, report) {
    const rules = String(raw)
    try {
      principalMapping(rules)
    } catch (error) {
      if (!isError(error, 'principal-rule-invalid')) throw error
      report({ at, says: `'principalMappingRules': ${error.message}` })
    }
    return rules
  },
}

/** Keys that belong to others keep their own names. */
export const kafkaKey = scalar(
  { about: 'The value of a Kafka configuration.', example: '7200000' },
  'a text or a number',
  (raw) => raw,
)
