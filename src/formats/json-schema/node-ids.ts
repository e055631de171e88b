import { isJsonArray, isJsonObject, type JsonNode, printJson } from '../schemas/json-tree.ts'

/** Numbers for JSON: equal JSON has equal numbers, whatever the order of its keys. Takes linear time. */
export class NodeIds {
  readonly #known = new Map<JsonNode, number>()
  readonly #numbers = new Map<string, number>()

  of(node: JsonNode): number {
    const known = this.#known.get(node)
    if (known !== undefined) return known
    const content = this.#content(node)
    const number = this.#numbers.get(content) ?? this.#numbers.size
    this.#numbers.set(content, number)
    if (isJsonObject(node) || isJsonArray(node)) this.#known.set(node, number)
    return number
  }

  #content(node: JsonNode): string {
    if (isJsonArray(node)) return `[${node.map((item) => this.of(item)).join()}]`
    if (!isJsonObject(node)) return printJson(node)
    const entries = [...node].map(([key, value]) => `${JSON.stringify(key)}:${this.of(value)}`)
    return `{${entries.sort().join()}}`
  }
}
