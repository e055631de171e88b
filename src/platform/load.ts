import { existsSync } from 'node:fs'
import { type Config, defaultConfig } from './config.ts'

/** The file that is read where none is named. */
export const usualFile = 'leat.yml'

/**
 * Reads the files and folders that are named, else leat.yml if it is there; without one, everything
 * starts on the default ports. Throws 'config-missing' or 'config-invalid'.
 */
export async function loadConfig(
  paths: readonly string[] | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Config> {
  if (paths === undefined && !existsSync(usualFile)) return defaultConfig()
  // Only a file needs the YAML parser, which costs 11 ms to load.
  const { readConfigFiles } = await import('./config-file.ts')
  return await readConfigFiles(paths ?? [usualFile], environment)
}
