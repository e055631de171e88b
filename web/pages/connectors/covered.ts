/** Settings that hold secrets, by what they are called everywhere. */
const secretNames =
  /password|passphrase|secret|token|credential|private|api.?key|access.?key|jaas|user\.info|headers|authorization/i
/** `${env:NAME}`, `${file:PATH:KEY}`: where a secret is, and not what it is. */
const reference = /\$\{[^}]*\}/g

/** Whether a value is better not seen by whoever stands behind one, until it is asked for. */
export function isCovered(name: string, value: string | null): boolean {
  if (value === null || /^(true|false|)$/.test(value)) return false
  if (/\/\/[^/@\s]*:[^/@\s]+@/.test(value.replaceAll(reference, ''))) return true
  return secretNames.test(name) && value.replaceAll(reference, '') !== ''
}
