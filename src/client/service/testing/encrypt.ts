/** What encrypts values for a user's public key, as the tools of configuration servers do. */
import {
  constants,
  createCipheriv,
  createPublicKey,
  type KeyObject,
  publicEncrypt,
} from 'node:crypto'
import { type Random, systemRandom } from '../../../base/random.ts'

export function encryptedFor(
  key: KeyObject,
  value: string | Uint8Array,
  random: Random = systemRandom,
): Buffer {
  const aesKey = random.bytes(32)
  const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }
  const keyBlock = publicEncrypt({ key: createPublicKey(key), ...padding }, aesKey)
  const iv = random.bytes(12)
  const before = Buffer.concat([Buffer.of(0, 1, 1, 1), keyBlock, iv])
  const cipher = createCipheriv('aes-256-gcm', aesKey, iv)
  cipher.setAAD(before)
  return Buffer.concat([before, cipher.update(value), cipher.final(), cipher.getAuthTag()])
}
