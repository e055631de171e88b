import { InitProducerId } from '../../protocols/kafka/apis/22-init-producer-id.ts'
import type { BatchStamp } from './batch.ts'
import type { Cluster } from './cluster.ts'
import { checkAnswer } from './errors.ts'
import { type Patience, retrying } from './retry.ts'

const highestEpoch = 32_767

/** A new producer id, which no other producer of the cluster has. */
export async function askProducerIdentity(
  cluster: Cluster,
  withinMs: number,
  patience: Patience,
): Promise<BatchStamp> {
  return await retrying(withinMs, patience, async () => {
    const asked = { transactionalId: null, transactionTimeoutMs: -1 }
    const answer = await cluster.ask((connection) => connection.request(InitProducerId, asked))
    checkAnswer(answer.errorCode, 'No producer id')
    return { producerId: answer.producerId, epoch: answer.producerEpoch }
  })
}

/** The next epoch, in which sequences begin again (KIP-360); undefined when a new id is needed. */
export function nextEpoch({ producerId, epoch }: BatchStamp): BatchStamp | undefined {
  return epoch < highestEpoch ? { producerId, epoch: epoch + 1 } : undefined
}
