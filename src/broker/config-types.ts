/** The kinds of value that Kafka's configurations have: how each is read, and how it is described. */
export interface ConfigType {
  /** Kafka's name of the type and its number in DescribeConfigs (ConfigType of the Java client). */
  readonly name: 'BOOLEAN' | 'STRING' | 'INT' | 'LONG' | 'DOUBLE' | 'LIST' | 'PASSWORD'
  readonly number: number
  /** What to write, for the error of a wrong value. */
  readonly expected: string
  readonly accepts: (value: string) => boolean
}

export const bool: ConfigType = {
  name: 'BOOLEAN',
  number: 1,
  expected: 'true or false',
  accepts: (value) => /^(true|false)$/i.test(value),
}

/** A switch for what leat does not have. */
export const never: ConfigType = {
  ...bool,
  expected: 'false',
  accepts: (value) => /^false$/i.test(value),
}

/** Replicas as Kafka's throttles list them. */
export const replicas: ConfigType = {
  name: 'LIST',
  number: 7,
  expected: "'*' or a list of partition:broker",
  accepts: (value) => /^(\*|none|(\d+:\d+)?(\s*,\s*\d+:\d+)*)$/.test(value.trim()),
}

export const anyText: ConfigType = {
  name: 'STRING',
  number: 2,
  expected: 'a text',
  accepts: () => true,
}

/** Nobody is shown its value. */
export const secret: ConfigType = {
  name: 'PASSWORD',
  number: 9,
  expected: 'a text',
  accepts: () => true,
}

/** Addresses, each with a number of its own. */
export const numbersByAddress: ConfigType = {
  name: 'STRING',
  number: 2,
  expected: 'addresses with numbers such as 127.0.0.1:10,10.0.0.7:2',
  accepts: (value) => /^([^,]+:\d+(,|$))*$/.test(value),
}

export function int(from = 0, to = 2 ** 31 - 1): ConfigType {
  return { name: 'INT', number: 3, ...whole(BigInt(from), BigInt(to)) }
}

export function long(from = 0n, to = 2n ** 63n - 1n): ConfigType {
  return { name: 'LONG', number: 5, ...whole(from, to) }
}

export function ratio(): ConfigType {
  return {
    name: 'DOUBLE',
    number: 6,
    expected: 'a number from 0 to 1',
    accepts: (value) => value.trim() !== '' && Number(value) >= 0 && Number(value) <= 1,
  }
}

export function oneOf(...choices: string[]): ConfigType {
  return {
    name: 'STRING',
    number: 2,
    expected: choices.join(' or '),
    accepts: (value) => choices.includes(value),
  }
}

export function listOf(...choices: string[]): ConfigType {
  return {
    name: 'LIST',
    number: 7,
    expected: `a list of ${choices.join(', ')}`,
    accepts: (value) =>
      value.trim() === '' || value.split(',').every((one) => choices.includes(one.trim())),
  }
}

function whole(from: bigint, to: bigint): Pick<ConfigType, 'expected' | 'accepts'> {
  return {
    expected: `a whole number from ${from} to ${to}`,
    accepts: (value) =>
      /^-?\d+$/.test(value.trim()) && BigInt(value.trim()) >= from && BigInt(value.trim()) <= to,
  }
}
