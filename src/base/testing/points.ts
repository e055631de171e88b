/**
 * How many points a random test tries: all where THOROUGH=1, as the continuous integration has it,
 * else enough to see what is plainly broken. The variable says any other number.
 */
export function points(variable: string, { few, all }: { few: number; all: number }): number {
  return Number(process.env[variable] ?? (process.env.THOROUGH === '1' ? all : few))
}
