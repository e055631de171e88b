/** A Dockerfile as data: its stages, each with the instructions that stand in it. */
import { readFileSync } from 'node:fs'

export interface Instruction {
  readonly name: string
  readonly text: string
}

export interface Stage {
  readonly from: string
  readonly name: string | undefined
  readonly instructions: readonly Instruction[]
}

export function readDockerfile(path: string): Stage[] {
  const lines = readFileSync(path, 'utf8').replaceAll(/^#.*\n/gm, '')
  const instructions = lines
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', text = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? []
      return { name, text }
    })
  const stages: (Stage & { instructions: Instruction[] })[] = []
  for (const instruction of instructions) {
    if (instruction.name === 'FROM') {
      const [, from = '', name] = /^(\S+)(?: AS (\S+))?$/.exec(instruction.text) ?? []
      stages.push({ from, name, instructions: [] })
    } else stages.at(-1)?.instructions.push(instruction)
  }
  return stages
}

/** The last instruction of this name, which is the one that counts. */
export function lastOf({ instructions }: Stage, name: string): string | undefined {
  return instructions.findLast((one) => one.name === name)?.text
}

/** The words of ENTRYPOINT, CMD and HEALTHCHECK in their form as a list. */
export function wordsOf(text: string | undefined): string[] {
  return JSON.parse(text?.slice(text.indexOf('[')) ?? '[]') as string[]
}

/** `ENV A=1 B=2` */
export function environmentOf({ instructions }: Stage): Record<string, string> {
  const pairs = instructions
    .filter(({ name }) => name === 'ENV')
    .flatMap(({ text }) => text.split(/\s+/).filter((word) => word.includes('=')))
  return Object.fromEntries(pairs.map((pair) => pair.split('=') as [string, string]))
}
