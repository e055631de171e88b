/**
 * Record batches of magic 2, Kafka's format since 0.11 ("Record Batch" in Kafka's protocol docs):
 * 61 bytes of header, then records, compressed together or not. The broker reads headers only;
 * records are decoded where somebody asks for them.
 */
export {
  attribute,
  type BatchHeader,
  batchHeaderBytes,
  CorruptBatch,
  checkBatches,
  readBatchHeader,
  stampBatch,
  stampLogAppendTime,
  stampProducer,
} from './batch-header.ts'
export { type DecodedBatch, decodeBatch } from './decode-batch.ts'
export { type BatchDraft, encodeBatch, type RecordDraft } from './encode-batch.ts'
export type { Record, RecordHeader } from './record.ts'
export { deleteHorizonOf, rewriteBatch } from './rewrite-batch.ts'
