/**
 * SINETStream's message format, versions 2 and 3: the bytes that its programs in Python, Java and
 * Android exchange. Bytes to values and back; nothing of brokers or files. Tags of encrypted
 * messages are verified, which SINETStream for Python does not.
 */
export * from './coding.ts'
export { type DecodedMessage, MessageDecoder } from './decoder.ts'
export { type EncodedMessage, MessageEncoder } from './encoder.ts'
export * from './errors.ts'
