/** A leat.yml that explains every setting, from the descriptions of the settings. */
import { isDeepStrictEqual } from 'node:util'
import { parse } from 'yaml'
import type { Setting, Shape } from '../base/settings.ts'
import { defaultConfig, leatFile } from './config.ts'

/**
 * Settings that have a default stand there with it, the others as comments with an example: the
 * file as it is starts what `leat up` starts without one.
 */
export function templateOfConfig(): string {
  const started: Readonly<Record<string, unknown>> = defaultConfig()
  return [
    '# leat reads this file when it starts: leat up',
    '# A part that is not named here is not started, but for the broker. Secrets:',
    `# "\${env:NAME}" and "\${file:PATH}" stand for a variable and for the contents of a file,`,
    `# "\${env:NAME:-OTHERWISE}" for a variable that may not be set.`,
    '# A part, or one of several of a kind, is switched off by enabled: false, also by a reference.',
    ...Object.entries(leatFile.parts ?? {}).flatMap(([name, setting]) => {
      const lines = linesOf({ [name]: setting }, '')
      return started[name] === undefined ? lines.map(asComment) : lines
    }),
    '',
  ].join('\n')
}

/** A part that `leat up` does not start without a file stands there as a comment. */
function asComment(line: string): string {
  return line === '' || line.startsWith('#') ? line : `# ${line}`
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
