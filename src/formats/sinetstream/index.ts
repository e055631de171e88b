/**
 * SINETStream's message format, versions 2 and 3: the bytes that its programs in Python, Java and
 * Android exchange. Bytes to values and back; nothing of brokers or files.
 */
export * from './coding.ts'
export * from './errors.ts'
