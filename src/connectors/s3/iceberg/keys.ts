/** Where a directory table keeps its versions, below its own folder. */
export function metadataKey(folder: string, version: number): string {
  return `${folder}/metadata/v${version}.metadata.json`
}

/** Where readers look which version is the last. */
export function hintKey(folder: string): string {
  return `${folder}/metadata/version-hint.text`
}
