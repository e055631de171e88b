/** What the listeners of several doors have in common in leat.yml. */
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
