import type { CipherMode } from '../coding.ts'
import { eax } from './eax.ts'
import { gcm } from './gcm.ts'
import type { Mode } from './mode.ts'
import { openpgp } from './openpgp.ts'
import { untagged } from './untagged.ts'

/** The modes of AES by SINETStream's names. CFB is the one of 8 bits; CTR's iv is the whole first counter. */
export const modes: Readonly<Record<CipherMode, Mode>> = {
  CBC: untagged('cbc'),
  OFB: untagged('ofb'),
  CTR: untagged('ctr'),
  CFB: untagged('cfb8'),
  EAX: eax,
  GCM: gcm,
  OPENPGP: openpgp,
}
