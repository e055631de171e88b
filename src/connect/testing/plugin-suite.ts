import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Option, type Options, type Plugin, readOptions } from '../kit/index.ts'
import { commonOptions, sinkOptions, sourceOptions } from '../options/common-options.ts'

/** What each connector says of itself. */
export function testPlugin(plugin: Plugin): void {
  const [name] = plugin.names
  const options = Object.entries<Option>(plugin.options)

  test(`${name}: every option says what it is for, as a sentence`, () => {
    for (const [option, { about }] of options) assert.match(about, /^[\p{Lu}\d'"`].*\.$/su, option)
  })

  test(`${name}: no option takes the name of one that every connector has`, () => {
    const taken: Options = {
      ...commonOptions,
      ...(plugin.kind === 'sink' ? sinkOptions : sourceOptions),
    }
    assert.deepEqual(
      options.filter(([option]) => Object.hasOwn(taken, option)),
      [],
    )
  })

  test(`${name}: each default is a value that the option takes`, () => {
    const defaulted = options.filter(([, one]) => one.default !== undefined)
    assert.deepEqual(readOptions(Object.fromEntries(defaulted), {}).errors, {})
  })

  test(`${name}: what looks like a secret is hidden`, () => {
    const open = options.filter(
      ([option, { type }]) => /(password|secret)$/.test(option) && type !== 'password',
    )
    assert.deepEqual(open, [])
  })
}
