/**
 * What stands behind `env:` in a reference: NAME, or NAME:-OTHERWISE. As in a shell, what stands
 * behind `:-` takes the place of a variable that is not set, or is empty.
 */
export function variableIn(
  said: string,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly name: string; readonly value: string | undefined } {
  const at = said.indexOf(':-')
  if (at === -1) return { name: said, value: environment[said] }
  const name = said.slice(0, at)
  return { name, value: environment[name] || said.slice(at + 2) }
}
