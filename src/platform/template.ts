/** A leat.yml that explains every setting, from the descriptions of the settings. */
import { isDeepStrictEqual } from 'node:util'
import { parse } from 'yaml'
import type { Setting, Shape } from '../base/settings.ts'
import { leatFile } from './config.ts'

/**
 * Settings that have a default stand there with it, the others as comments with an example: the
 * file as it is starts what `leat up` starts without one.
 */
export function templateOfConfig(): string {
  return [
    '# leat reads this file when it starts: leat up',
    '# A part that is not named here is not started, but for the broker. Secrets:',
    `# "\${env:NAME}" and "\${file:PATH}" stand for a variable and for the contents of a file.`,
    ...linesOf(leatFile.parts ?? {}, ''),
    '',
  ].join('\n')
}

function linesOf(parts: Shape, indent: string): string[] {
  return Object.entries(parts).flatMap(([name, setting]) => [
    ...(indent === '' ? [''] : []),
    `${indent}# ${setting.about}`,
    ...(setting.parts === undefined
      ? [`${indent}${hasExampleAsDefault(setting) ? '' : '# '}${name}: ${setting.example}`]
      : [`${indent}${name}:`, ...linesOf(setting.parts, `${indent}  `)]),
  ])
}

function hasExampleAsDefault(setting: Setting<unknown>): boolean {
  const example = setting.read(parse(setting.example), [], () => {})
  return isDeepStrictEqual(example, setting.fallback?.())
}
