/** The last part of a Java name, so that classes can be named in short. */
export function simpleName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}
