/** The door of the package: `import { Reader, Writer } from 'leat'`. */
export * from './client/reader-and-writer.ts'
